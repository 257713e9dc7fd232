//! What of an answer is read at all: worked out once from the paths of a manifest, so that the rest of each answer can be
//! passed over while it is parsed.

use std::collections::BTreeMap;

use super::path::{Path, Step};

/// What of a value is wanted. It may be more than its paths lead to, but never less.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of it.
    #[default]
    Whole,
    /// Of an object these members, and of an array all elements, each in part. A scalar is wanted as it is.
    Parts(Parts),
}

/// The wanted parts of an object or an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Few enough to be gone through: most names differ in their length already.
    members: Vec<(String, Wanted)>,
    /// What is wanted of members without a name here, if anything.
    others: Option<Box<Wanted>>,
    /// What is wanted of elements, where it is not the same as of the array: a path leads to members of the first.
    elements: Option<Box<Wanted>>,
}

impl Parts {
    /// What is wanted of a member, if anything is.
    pub(crate) fn member(&self, name: &str) -> Option<&Wanted> {
        let named = self.members.iter().find(|(known, _)| known == name);
        named.map(|(_, wanted)| wanted).or(self.others.as_deref())
    }

    /// What is wanted of each element.
    pub(crate) fn elements(&self) -> Elements<'_> {
        self.elements
            .as_deref()
            .map_or(Elements::Parts(self), Elements::Wanted)
    }
}

/// What is wanted of elements.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Elements<'w> {
    /// The same as of their array.
    Parts(&'w Parts),
    /// This.
    Wanted(&'w Wanted),
}

type Steps = Vec<Step>;

impl Wanted {
    /// What some paths lead to, whatever their roots.
    pub(crate) fn by<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Self {
        let paths: Vec<Steps> = paths.into_iter().map(|path| path.steps.clone()).collect();
        Self::behind(&paths)
    }

    /// What is behind these steps.
    fn behind(paths: &[Steps]) -> Self {
        let mut steps = Vec::with_capacity(paths.len());
        for path in paths {
            match path.split_first() {
                None => return Self::Whole,
                Some(first) => steps.push(first),
            }
        }
        let each = || steps.iter().filter(|(step, _)| **step == Step::Each);
        let mut members: BTreeMap<String, Vec<Steps>> = BTreeMap::new();
        let (mut elements, mut is_same) = (Vec::new(), true);
        for (step, rest) in &steps {
            is_same &= matches!(step, Step::Key(_));
            match step {
                Step::Key(key) => {
                    members.entry(key.clone()).or_default().push(rest.to_vec());
                    // Of an array the first element is meant.
                    elements.push([&[(*step).clone()], *rest].concat());
                }
                Step::At(at) => {
                    members.entry(at.to_string()).or_default().push(rest.to_vec());
                    elements.push(rest.to_vec());
                }
                Step::Each => elements.push(rest.to_vec()),
                Step::Where(key) => elements.extend([vec![Step::Key(key.clone())], rest.to_vec()]),
            }
        }
        let others: Vec<Steps> = each().map(|(_, rest)| rest.to_vec()).collect();
        let members = members.into_iter().map(|(name, mut paths)| {
            paths.extend(others.iter().cloned());
            (name, Self::behind(&paths))
        });
        Self::Parts(Parts {
            members: members.collect(),
            others: (!others.is_empty()).then(|| Box::new(Self::behind(&others))),
            elements: (!is_same).then(|| Box::new(Self::behind(&elements))),
        })
    }
}
