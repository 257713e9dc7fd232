//! Pages of this dialect.

use actix_web::{HttpRequest, HttpResponse, http::header::CONTENT_TYPE};
use innkeeper_domain::ports::{Page, PageRequest};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Problem,
    document::{Attributes, MEDIA_TYPE, Resource},
    reference::words::Link,
};
use crate::{
    links,
    query::{Query, within},
    state::AppState,
};

pub(super) const DEFAULT_SIZE: u32 = 25;
const MAX_SIZE: u64 = 100;

/// A list's query.
#[derive(Debug)]
pub(super) struct ListQuery {
    query: Query,
    pub(super) page: PageRequest,
}

impl ListQuery {
    /// Reads the query of a list that knows these filters. Other families (`fields`, `include`) are let be.
    ///
    /// # Errors
    ///
    /// 400 that names the parameter.
    pub(super) fn read(request: &HttpRequest, filters: &[&str]) -> Result<Self, Problem> {
        let query = Query::of(request).map_err(Problem::query)?;
        for (name, _) in query.iter().filter(|(name, _)| name.starts_with("filter")) {
            let known = within(name, "filter").is_some_and(|field| filters.contains(&field));
            known.then_some(()).ok_or_else(|| Problem::parameter(name))?;
        }
        let size = u32::try_from(number(&query, "page[size]", u64::from(DEFAULT_SIZE))?.min(MAX_SIZE));
        let size = size.ok().ok_or_else(|| Problem::parameter("page[size]"))?;
        let page = PageRequest::new(number(&query, "page[number]", 1)?, size)
            .map_err(|_no_such_page| Problem::parameter("page[number]"))?;
        Ok(Self { query, page })
    }

    /// The last value of a parameter.
    pub(super) fn last(&self, name: &str) -> Option<&str> {
        self.query.last(name)
    }

    /// The page as an answer.
    ///
    /// # Errors
    ///
    /// 404 past the last page.
    pub(super) fn answer<A: Attributes>(
        &self,
        request: &HttpRequest,
        state: &AppState,
        found: Page<Resource<A>>,
    ) -> Result<HttpResponse, Problem> {
        let (number, count) = (self.page.number(), found.total.count());
        let pages = count.div_ceil(u64::from(self.page.size())).max(1);
        if number > pages {
            return Err(Problem::not_found());
        }
        let link = |number| links::page(&state.public_url, request.path(), &self.query, number);
        let list = List {
            data: found.items,
            links: Links {
                first: link(1),
                last: link(pages),
                prev: (number > 1).then(|| link(number - 1)),
                next: (number < pages).then(|| link(number + 1)),
            },
            meta: Meta {
                pagination: Pagination {
                    page: number,
                    pages,
                    count,
                },
                total_capped: found.total.is_capped().then_some(true),
            },
        };
        Ok(HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, MEDIA_TYPE))
            .json(list))
    }
}

/// A number from 1; zero, negative ones and words are refused.
fn number(query: &Query, name: &'static str, default: u64) -> Result<u64, Problem> {
    let Some(text) = query.last(name) else {
        return Ok(default);
    };
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // More digits than fit are more than any list has.
    let number = if digits {
        Some(text.parse().unwrap_or(u64::MAX))
    } else {
        None
    };
    number
        .filter(|number| *number > 0)
        .ok_or_else(|| Problem::parameter(name))
}

#[derive(Debug, Serialize)]
struct List<T> {
    data: Vec<T>,
    links: Links,
    meta: Meta,
}

/// Pages of the same list, with the query as it was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PageLinks)]
pub(super) struct Links {
    #[schema(value_type = Link)]
    first: String,
    #[schema(value_type = Link)]
    last: String,
    /// The page before; `null` on the first.
    #[schema(value_type = Option<Link>, required)]
    prev: Option<String>,
    /// The page behind; `null` on the last.
    #[schema(value_type = Option<Link>, required)]
    next: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PageMeta)]
pub(super) struct Meta {
    pagination: Pagination,
    /// Only there, and `true`, if the list may have more than `count`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    total_capped: Option<bool>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Pagination {
    /// This page, from 1.
    #[schema(minimum = 1)]
    page: u64,
    /// How many pages there are; an empty list has one.
    #[schema(minimum = 1)]
    pages: u64,
    /// How many things there are in all; from 100,000 on, that number.
    count: u64,
}
