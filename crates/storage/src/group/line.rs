//! Threads in a line: one has the turn, the others sleep until something is said to them.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex},
};

use crate::waiting::{Place, locked};

/// A line in which whoever came first has the first turn, however fast others are. What is said to those in it is
/// an `N`.
pub(super) struct Line<N> {
    state: Mutex<State<N>>,
    /// What is said to somebody who has the turn, and nothing else with it.
    your_turn: fn() -> N,
}

struct State<N> {
    taken: bool,
    waiting: VecDeque<Waiting<N>>,
}

struct Waiting<N> {
    place: Arc<Place<N>>,
    sociable: bool,
}

/// The turn, which passes to the next at the end of its scope.
pub(super) struct Turn<'l, N> {
    line: &'l Line<N>,
    handed: bool,
}

impl<N> Line<N> {
    pub(super) fn new(your_turn: fn() -> N) -> Self {
        Self {
            state: Mutex::new(State {
                taken: false,
                waiting: VecDeque::new(),
            }),
            your_turn,
        }
    }

    /// Stands in line; the place is told when it has the turn. Nothing but a turn is handed to the unsociable.
    pub(super) fn enter(&self, place: &Arc<Place<N>>, sociable: bool) {
        let place = Arc::clone(place);
        let mut state = locked(&self.state);
        if state.taken {
            state.waiting.push_back(Waiting { place, sociable });
        } else {
            state.taken = true;
            place.tell((self.your_turn)());
        }
    }

    /// Leaves the line; `false` if the place is not in it, because something was or is just being said to it.
    pub(super) fn leave(&self, place: &Arc<Place<N>>) -> bool {
        let mut state = locked(&self.state);
        let before = state.waiting.len();
        state.waiting.retain(|other| !Arc::ptr_eq(&other.place, place));
        state.waiting.len() < before
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        locked(&self.state).waiting.len()
    }

    /// The turn of somebody who was told to have it.
    pub(super) fn turn(&self) -> Turn<'_, N> {
        Turn {
            line: self,
            handed: false,
        }
    }
}

impl<N> Turn<'_, N> {
    /// Gives the turn with `what` to the next, if there is one who is sociable; `news` says so.
    pub(super) fn hand<T>(mut self, what: T, news: impl FnOnce(T) -> N) -> Result<(), (Self, T)> {
        let mut state = locked(&self.line.state);
        let next = state.waiting.pop_front_if(|next| next.sociable);
        drop(state);
        let Some(next) = next else {
            return Err((self, what));
        };
        self.handed = true;
        next.place.tell(news(what));
        Ok(())
    }

    /// Passes the turn, and then tells these, so that the next need not wait for it.
    pub(super) fn tell_all(self, places: &[Arc<Place<N>>], news: impl Fn() -> N) {
        drop(self);
        for place in places {
            place.tell(news());
        }
    }

    /// Puts these before all others, in their order and as unsociable ones, and tells them with `news`; then the
    /// turn passes to the first of them.
    pub(super) fn send_back(self, places: &[Arc<Place<N>>], news: impl Fn() -> N) {
        let mut state = locked(&self.line.state);
        for place in places.iter().rev() {
            place.tell(news());
            state.waiting.push_front(Waiting {
                place: Arc::clone(place),
                sociable: false,
            });
        }
    }
}

impl<N> Drop for Turn<'_, N> {
    fn drop(&mut self) {
        if self.handed {
            return;
        }
        let mut state = locked(&self.line.state);
        match state.waiting.pop_front() {
            Some(next) => {
                drop(state);
                next.place.tell((self.line.your_turn)());
            }
            None => state.taken = false,
        }
    }
}

impl<N> fmt::Debug for Line<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn line_of(count: usize) -> (Line<&'static str>, Vec<Arc<Place<&'static str>>>) {
        let line = Line::new(|| "turn");
        let places: Vec<_> = (0..count).map(|_| Place::new()).collect();
        for place in &places {
            line.enter(place, true);
        }
        (line, places)
    }

    /// What each was told and did not hear yet.
    fn told(places: &[Arc<Place<&'static str>>]) -> Vec<&'static str> {
        places
            .iter()
            .map(|place| place.hear_within(Duration::ZERO).unwrap_or("-"))
            .collect()
    }

    #[test]
    fn turns_come_in_the_order_of_coming() {
        let (line, places) = line_of(3);
        for expected in [["turn", "-", "-"], ["-", "turn", "-"], ["-", "-", "turn"]] {
            assert_eq!(told(&places), expected);
            drop(line.turn());
        }
        line.enter(&places[1], true);
        assert_eq!(
            told(&places),
            ["-", "turn", "-"],
            "nobody has it, so the next need not wait"
        );
    }

    #[test]
    fn who_leaves_is_told_nothing() {
        let (line, places) = line_of(4);
        assert_eq!(line.len(), 3);
        assert!(line.leave(&places[1]));
        assert!(!line.leave(&places[1]));
        assert!(!line.leave(&places[0]), "it has the turn");
        assert_eq!(line.len(), 2);
        drop(line.turn());
        drop(line.turn());
        assert_eq!(told(&places), ["turn", "-", "turn", "turn"]);
    }

    #[test]
    fn what_is_open_is_handed_to_the_sociable_alone() {
        let (line, places) = line_of(2);
        line.enter(&places[0], false);
        assert!(line.turn().hand((), |()| "handed").is_ok());
        let Err((turn, what)) = line.turn().hand("open", |_| "handed") else {
            panic!("the next wants to be alone");
        };
        assert_eq!((what, told(&places)), ("open", vec!["turn", "handed"]));
        drop(turn);
        assert_eq!(told(&places), ["turn", "-"]);
        let Err((turn, ())) = line.turn().hand((), |()| "handed") else {
            panic!("there is nobody");
        };
        drop(turn);
        assert_eq!(told(&places), ["-", "-"]);
    }

    #[test]
    fn who_is_sent_back_comes_first_and_alone() {
        let (line, places) = line_of(4);
        assert!(line.turn().hand((), |()| "handed").is_ok());
        assert_eq!(told(&places), ["turn", "handed", "-", "-"]);
        line.turn().send_back(&places[..2], || "again");
        assert_eq!(told(&places), ["turn", "again", "-", "-"]);
        assert!(line.turn().hand((), |()| "handed").is_err());
        assert_eq!(
            told(&places),
            ["-", "turn", "-", "-"],
            "a turn that is not handed passes"
        );
        assert!(line.turn().hand((), |()| "handed").is_ok());
        assert_eq!(told(&places), ["-", "-", "handed", "-"]);
    }
}
