//! The table, as it stands in `docs/authorization.md`.

use super::{callers::Column, operations::Operation};

pub(super) const DOCS: &str = include_str!("../../../../../docs/authorization.md");

/// A row: the operation, and what each caller is answered.
pub(super) type Row = (Operation, Vec<String>);

fn line(cells: &[String], widths: &[usize]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell:width$}", width = *width))
        .collect();
    format!("| {} |\n", cells.join(" | "))
}

/// One table under a title.
pub(super) fn table(title: &str, rows: &[Row]) -> String {
    let titles = Column::ALL.map(|column| column.title().to_owned());
    let mut lines: Vec<Vec<String>> = vec![[title.to_owned()].into_iter().chain(titles).collect()];
    for (operation, cells) in rows {
        let name = format!("`{} {}`", operation.method, operation.path);
        lines.push([name].into_iter().chain(cells.iter().cloned()).collect());
    }
    let widths: Vec<usize> = (0..lines[0].len())
        .map(|column| {
            lines
                .iter()
                .map(|line| line[column].len())
                .max()
                .expect("a title")
        })
        .collect();
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    lines.insert(1, rule);
    lines.iter().map(|cells| line(cells, &widths)).collect()
}

/// Compares a table with the one that is checked in under the same title.
#[track_caller]
pub(super) fn is_checked_in(title: &str, found: &str) {
    let agreed = DOCS
        .split_once(&format!("<!-- matrix: {title} -->\n"))
        .and_then(|(_, rest)| rest.split_once("<!-- matrix: end -->"))
        .map_or("", |(agreed, _)| agreed.trim());
    assert!(
        agreed == found.trim(),
        "the server answers otherwise than docs/authorization.md says; if it is right, put this under `{title}` there, \
         and explain what is new:\n\n{found}"
    );
}
