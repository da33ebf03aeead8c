//! Work for the outside world: files, the worker, the clipboard, long computations.
//!
//! A request is one type in one file. It says where it is carried out, what it does there, and what
//! becomes of its answer; it holds its question, so that the answer is never separated from it.

use std::any::{Any, TypeId};
use std::fmt::{self, Debug, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::outside::Outside;

/// Where a request is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At once, on the window's thread: it must return within a fraction of a frame.
    Here,
    /// On a thread of its own.
    Thread,
    /// On the thread that writes files one after another, so that the latest is what stays.
    Writer,
}

/// The work panicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("something unforeseen happened; the rest of the window still works")]
pub struct Broken;

/// Why there is no answer: the work failed, or it panicked.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Failure<E> {
    /// The work failed.
    #[error("{0}")]
    Failed(E),
    /// It panicked.
    #[error(transparent)]
    Broken(Broken),
}

/// One kind of work for the outside world.
pub trait Request: Debug + Send + 'static {
    /// The part of the window's state that takes the answer in.
    type State: 'static;
    /// What comes of it.
    type Answer: Send + 'static;
    /// Where it is carried out.
    const PLACE: Place = Place::Thread;

    /// Does the work. Does not run on the window's thread unless [`Place::Here`] says so.
    fn run(&mut self, outside: &Outside) -> Self::Answer;

    /// Takes the answer in, or that the work panicked, and returns what is to be done next.
    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut Self::State) -> Requests;
}

/// Requests in the order in which they are to be carried out.
pub type Requests = Vec<BoxedRequest>;

/// Any request.
pub struct BoxedRequest(Box<dyn Erased>);

/// An answer on its way back to the state.
pub struct Answered(TakeIn);

/// Hands an answer to the part of the state that asked.
type TakeIn = Box<dyn FnOnce(&mut dyn Whole) -> Requests + Send>;

/// A state that consists of parts, each of a type of its own.
pub(crate) trait Whole {
    /// The part of this type, if there is one.
    fn part(&mut self, part: TypeId) -> Option<&mut dyn Any>;
}

trait Erased: Debug + Send {
    fn place(&self) -> Place;
    fn carry_out(self: Box<Self>, outside: &Outside) -> Answered;
    fn as_any(&self) -> &dyn Any;
}

impl<R: Request> Erased for R {
    fn place(&self) -> Place {
        R::PLACE
    }

    fn carry_out(mut self: Box<Self>, outside: &Outside) -> Answered {
        let work = AssertUnwindSafe(|| self.run(outside));
        let answer = catch_unwind(work).map_err(|_| Broken);
        Answered(Box::new(move |whole: &mut dyn Whole| {
            let part = whole.part(TypeId::of::<R::State>());
            match part.and_then(<dyn Any>::downcast_mut) {
                Some(state) => self.answer(answer, state),
                None => Vec::new(),
            }
        }))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl BoxedRequest {
    /// Where it is carried out.
    #[must_use]
    pub fn place(&self) -> Place {
        self.0.place()
    }

    /// Does the work and returns the answer, also if the work panics.
    #[must_use]
    pub fn carry_out(self, outside: &Outside) -> Answered {
        self.0.carry_out(outside)
    }

    /// The request, if it is of this kind.
    #[must_use]
    pub fn downcast<R: Request>(&self) -> Option<&R> {
        self.0.as_any().downcast_ref()
    }

    /// Whether it is of this kind.
    #[must_use]
    pub fn is<R: Request>(&self) -> bool {
        self.downcast::<R>().is_some()
    }
}

impl<R: Request> From<R> for BoxedRequest {
    fn from(request: R) -> Self {
        Self(Box::new(request))
    }
}

impl Debug for BoxedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Answered {
    /// Hands the answer to the part of the state that asked.
    pub(crate) fn take_in(self, whole: &mut dyn Whole) -> Requests {
        (self.0)(whole)
    }
}

impl Debug for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answered")
    }
}

/// One request, if there is one.
pub(crate) fn one<R: Into<BoxedRequest>>(request: Option<R>) -> Requests {
    request.into_iter().map(Into::into).collect()
}

/// One error for work that can fail and that can panic.
pub(crate) fn flat<T, E: Display>(answer: Result<Result<T, E>, Broken>) -> Result<T, Failure<E>> {
    match answer {
        Ok(answer) => answer.map_err(Failure::Failed),
        Err(broken) => Err(Failure::Broken(broken)),
    }
}
