//! `/o/token/`, and how tokens are shown (contract, section 3).

mod lifetime;
mod mint;
mod mint_ceilings;
mod mint_refusals;
mod mint_subjects;
mod scopes;
mod shown;
