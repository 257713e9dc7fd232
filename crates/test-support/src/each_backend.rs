//! One test body, two tests: the output of a run lists both backends by name.

use crate::backend::{BACKENDS, Backend};

/// Runs `body` on `backend`, or says on stderr why not. [`on_each_backend!`](crate::on_each_backend) calls it.
pub fn run(backend: Backend, body: impl FnOnce(Backend)) {
    if backend.enabled() {
        body(backend);
    } else {
        eprintln!("skipped on {backend}: {BACKENDS} does not list it");
    }
}

/// Makes the tests `NAME::sqlite` and `NAME::postgres` of each body.
///
/// A body takes the [`Backend`]. It is an ordinary function beside the macro call, or stands
/// inside it; `rustfmt` formats only the former, so longer bodies belong there. A function that is not listed is
/// dead code to the compiler, so none is forgotten.
///
/// ```
/// use innkeeper_test_support::{Backend, TestDatabase, on_each_backend};
///
/// on_each_backend!(two_and_two, a_fresh_database_is_empty);
///
/// fn two_and_two(backend: Backend) {
///     assert_eq!(TestDatabase::empty(backend).scalar("SELECT 2 + 2"), "4");
/// }
///
/// fn a_fresh_database_is_empty(backend: Backend) {
///     TestDatabase::empty(backend).execute("CREATE TABLE guests (name TEXT)");
/// }
///
/// on_each_backend! {
///     fn one_and_one(backend) {
///         assert_eq!(TestDatabase::empty(backend).scalar("SELECT 1 + 1"), "2");
///     }
/// }
/// ```
#[macro_export]
macro_rules! on_each_backend {
    ($($name:ident),+ $(,)?) => {
        $(
            mod $name {
                #[test]
                fn sqlite() {
                    $crate::each_backend::run($crate::Backend::Sqlite, super::$name);
                }

                #[test]
                fn postgres() {
                    $crate::each_backend::run($crate::Backend::Postgres, super::$name);
                }
            }
        )+
    };
    ($($(#[$attribute:meta])* fn $name:ident($backend:ident) $body:block)+) => {
        $(
            $(#[$attribute])*
            // Lets clippy see that the body is test code.
            #[cfg(test)]
            fn $name($backend: $crate::Backend) $body
        )+
        $crate::on_each_backend!($($name),+);
    };
}
