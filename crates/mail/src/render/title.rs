//! The title of a property, as it may stand in a mail.

use innkeeper_domain::values::Title;

const MOST_CHARS: usize = 80;
const ELLIPSIS: char = '…';

/// The title, at most 80 characters of it, with nothing left that a mail program would make a link of: whoever may
/// name a property could otherwise send strangers anywhere in our name.
///
/// Words that are addresses are left out, and a dot, colon or slash that could make a word look like one becomes a
/// space.
///
/// ```
/// use innkeeper_domain::values::Title;
/// use innkeeper_mail::shown_title;
///
/// let title = Title::parse("Villa Rosa: claim at https://evil.example or evil.example")?;
/// assert_eq!(shown_title(&title), "Villa Rosa: claim at … or evil example");
/// # Ok::<(), innkeeper_domain::values::TextError>(())
/// ```
pub fn shown(title: &Title) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in title.as_str().split_whitespace() {
        if is_address(word) {
            if words.last().is_none_or(|last| last.as_str() != "…") {
                words.push(ELLIPSIS.to_string());
            }
        } else {
            words.extend(harmless(word).split_whitespace().map(str::to_owned));
        }
    }
    let text = words.join(" ");
    if text.chars().count() <= MOST_CHARS {
        return text;
    }
    let mut cut: String = text.chars().take(MOST_CHARS - 1).collect();
    cut.truncate(cut.trim_end().len());
    cut.push(ELLIPSIS);
    cut
}

/// Whether the word says by itself that it is an address.
fn is_address(word: &str) -> bool {
    let word = word.to_lowercase();
    let chars: Vec<char> = word.chars().collect();
    let between = |at: &dyn Fn(char) -> bool| {
        chars
            .iter()
            .enumerate()
            .any(|(place, c)| at(*c) && place > 0 && place + 1 < chars.len())
    };
    let is_host = chars
        .windows(4)
        .any(|four| matches!(four, ['w', 'w', 'w', dot] if is_dot(*dot)));
    word.contains("://") || is_host || between(&|c| matches!(c, '@' | '\u{ff20}' | '\u{fe6b}'))
}

fn harmless(word: &str) -> String {
    let chars: Vec<char> = word.chars().collect();
    let near = |place: usize, by: isize| {
        place
            .checked_add_signed(by)
            .and_then(|place| chars.get(place))
            .copied()
    };
    chars
        .iter()
        .enumerate()
        .map(|(place, c)| {
            let before = near(place, -1);
            let after = near(place, 1);
            let joins = match *c {
                c if is_dot(c) => after.is_some_and(|next| !is_dot(next) && !closes(next)),
                // A time of day stays what it is.
                ':' => {
                    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
                    after.is_some() && !(digit(before) && digit(after))
                }
                '/' => after == Some('/') || before == Some('/'),
                '\\' => true,
                _ => false,
            };
            if joins { ' ' } else { *c }
        })
        .collect()
}

/// The full stop, and what resolvers take for one.
fn is_dot(c: char) -> bool {
    matches!(
        c,
        '.' | '\u{2024}' | '\u{3002}' | '\u{fe52}' | '\u{ff0e}' | '\u{ff61}'
    )
}

/// What may follow the end of a sentence, and begins no name.
fn closes(c: char) -> bool {
    matches!(
        c,
        ')' | ']' | '"' | '\'' | '”' | '’' | '»' | '!' | '?' | ',' | ';'
    )
}
