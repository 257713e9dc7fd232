//! Filters, order and pages of this dialect.

use actix_web::{HttpResponse, http::header::ContentType};
use innkeeper_domain::ports::{Direction, Page, PageRequest};
use serde::Serialize;
use utoipa::ToSchema;

use super::Problem;
use crate::{
    failure::Failure,
    query::{Query, within},
    reference::values::OrderDirection,
};

/// The most values that one filter may name.
pub(super) const MOST_VALUES: usize = 500;
pub(super) const MAX_LIMIT: u32 = 1_000;
/// About as many bytes as an item has.
const ROOM: usize = 1_024;

/// A list's query, read against what the list knows.
#[derive(Debug)]
pub(super) struct ListQuery {
    query: Query,
    pub(super) page: PageRequest,
    pub(super) order_by: &'static str,
    pub(super) direction: Direction,
}

/// What a list knows.
pub(super) struct Known {
    pub(super) filters: &'static [&'static str],
    /// The first is the default.
    pub(super) orders: &'static [&'static str],
    pub(super) limit: u32,
}

impl ListQuery {
    /// Reads the query.
    ///
    /// # Errors
    ///
    /// 422 that names each unknown filter, unknown order or page out of range.
    pub(super) fn read(query: Query, known: &Known) -> Result<Self, Problem> {
        let (mut order_by, mut direction) = (known.orders.first().copied(), Direction::Ascending);
        let mut ordered = false;
        for (name, value) in query.iter() {
            if name.starts_with("filter") {
                let field = within(name, "filter").filter(|field| known.filters.contains(field));
                field.ok_or_else(|| Problem::about(name, "is invalid"))?;
            } else if name.starts_with("order") {
                let field =
                    within(name, "order").and_then(|field| known.orders.iter().find(|one| **one == field));
                direction = direction_of(value).ok_or_else(|| Problem::about(name, "is invalid"))?;
                order_by = field.copied();
                if ordered || order_by.is_none() {
                    return Err(Problem::about(name, "is invalid"));
                }
                ordered = true;
            } else if name.starts_with("pagination")
                && !matches!(name, "pagination[page]" | "pagination[limit]")
            {
                return Err(Problem::about(name, "is invalid"));
            }
        }
        let limit = limit(&query, known.limit)?;
        let page = PageRequest::new(number(&query, "pagination[page]", 1)?, limit)
            .map_err(|_no_such_page| Problem::about("pagination[page]", "is invalid"))?;
        Ok(Self {
            query,
            page,
            order_by: order_by.unwrap_or_default(),
            direction,
        })
    }

    /// The values of a filter: a comma list, or the parameter repeated, is any of them. `None` without the filter.
    ///
    /// # Errors
    ///
    /// 422 that names the filter, if a value cannot be one.
    pub(super) fn any_of<T>(
        &self,
        field: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<Vec<T>>, Problem> {
        any_of(&self.query, field, parse)
    }

    /// The answer: a page, and what the list tells about itself, so that nothing is cut silently.
    ///
    /// # Errors
    ///
    /// [`Failure::Internal`] if an item has no JSON.
    pub(super) fn answer<T: Serialize>(&self, page: Page<T>) -> Result<HttpResponse, Problem> {
        // A text that grows is moved again and again, which takes longer than some of what is in it.
        let mut body = Vec::with_capacity(ROOM * (page.items.len() + 1));
        let meta = ListMeta {
            total: page.total.count(),
            total_capped: page.total.is_capped().then_some(true),
            limit: self.page.size(),
            page: self.page.number(),
            order_by: self.order_by,
            order_direction: match self.direction {
                Direction::Ascending => "asc",
                Direction::Descending => "desc",
            },
        };
        let data = page.items;
        serde_json::to_writer(&mut body, &Many { data, meta }).map_err(|error| {
            tracing::error!(%error, "a list could not be written");
            Failure::Internal
        })?;
        Ok(HttpResponse::Ok().content_type(ContentType::json()).body(body))
    }
}

/// As [`ListQuery::any_of`], for lists of other kinds.
pub(super) fn any_of<T>(
    query: &Query,
    field: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<Vec<T>>, Problem> {
    let mut values: Option<Vec<T>> = None;
    let wrong = || Problem::about(format!("filter[{field}]"), "is invalid");
    for (_, list) in query
        .iter()
        .filter(|(name, _)| within(name, "filter") == Some(field))
    {
        let values = values.get_or_insert_default();
        for value in list.split(',') {
            values.push(parse(value.trim()).ok_or_else(wrong)?);
            if values.len() > MOST_VALUES {
                return Err(wrong());
            }
        }
    }
    Ok(values)
}

/// How many items are wanted.
pub(super) fn limit(query: &Query, default: u32) -> Result<u32, Problem> {
    let limit = number(query, "pagination[limit]", u64::from(default))?;
    let limit = u32::try_from(limit)
        .ok()
        .filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| Problem::about("pagination[limit]", "is invalid"))
}

fn direction_of(value: &str) -> Option<Direction> {
    match value {
        "asc" => Some(Direction::Ascending),
        "desc" => Some(Direction::Descending),
        _ => None,
    }
}

fn number(query: &Query, name: &'static str, default: u64) -> Result<u64, Problem> {
    match query.last(name) {
        None => Ok(default),
        Some(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text
            .parse()
            .ok()
            .ok_or_else(|| Problem::about(name, "is invalid")),
        Some(_) => Err(Problem::about(name, "is invalid")),
    }
}

/// What a list tells about itself, so that nothing is cut silently.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListMeta {
    /// How many there are in all, counted as far as 100,000.
    total: u64,
    /// `true` where there are more than were counted; else left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    total_capped: Option<bool>,
    /// The most that stand on a page.
    limit: u32,
    /// This page, from 1.
    page: u64,
    /// The field that the list is ordered by.
    order_by: &'static str,
    #[schema(value_type = OrderDirection)]
    order_direction: &'static str,
}

/// A page of a list.
#[derive(Debug, Serialize)]
struct Many<T> {
    data: Vec<T>,
    meta: ListMeta,
}
