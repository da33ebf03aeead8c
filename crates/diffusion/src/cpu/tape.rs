//! Running a program, forwards and back.

use std::sync::Arc;

use super::picture::{Picture, Shape};
use super::program::{GIVEN, Operation, Program, Register, Step};
use super::{activation, attention, elementwise, modulation, normalisation, resampling, shuffling};

/// What the steps of a run keep for their pullbacks, in order.
#[derive(Debug)]
pub(crate) struct Tape {
    pub(super) kept: Vec<Kept>,
}

#[derive(Debug)]
pub(super) enum Kept {
    Nothing,
    /// The shape of the input (for a concatenation, of its first).
    Shape(Shape),
    Input(Arc<Picture>),
    /// With what was told.
    Normalisation(normalisation::Kept, Option<Arc<Picture>>),
    Attention(attention::Kept),
    /// The input, and the scales and shifts.
    Modulation(Arc<Picture>, Arc<Picture>),
}

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Values, and pullbacks to the picture.
    Denoising,
    /// Pullbacks to the weights, which need the inputs of convolutions.
    Learning,
}

impl Program {
    /// The value of the last step.
    pub(crate) fn evaluate(&self, picture: Picture, sinusoids: Picture) -> Picture {
        in_the_pool(|| self.run(picture, sinusoids, Purpose::Denoising, |_| {}))
    }

    /// The value of the last step, and what its pullback needs.
    pub(crate) fn linearise(&self, picture: Picture, sinusoids: Picture) -> (Picture, Tape) {
        in_the_pool(|| self.record(picture, sinusoids, Purpose::Denoising))
    }

    pub(super) fn record(
        &self,
        picture: Picture,
        sinusoids: Picture,
        purpose: Purpose,
    ) -> (Picture, Tape) {
        let mut kept = Vec::with_capacity(self.steps.len());
        let out = self.run(picture, sinusoids, purpose, |it| kept.push(it));
        (out, Tape { kept })
    }

    fn run(
        &self,
        picture: Picture,
        sinusoids: Picture,
        purpose: Purpose,
        mut keep: impl FnMut(Kept),
    ) -> Picture {
        let last_reads = self.last_reads();
        let mut registers: Vec<Option<Arc<Picture>>> =
            vec![Some(Arc::new(picture)), Some(Arc::new(sinusoids))];
        for (i, step) in self.steps.iter().enumerate() {
            let mut read = |register: Register| {
                let register_value = &mut registers[register.0];
                if last_reads[register.0] == i {
                    register_value.take()
                } else {
                    register_value.clone()
                }
                .expect("written before it is read, and dropped after it is last read")
            };
            let second = step.second.map(&mut read);
            let first = read(step.first);
            let (out, kept) = step.forward(first, second, purpose);
            keep(kept);
            registers.push(Some(Arc::new(out)));
        }
        let out = registers.pop().flatten().expect("programs are not empty");
        Arc::try_unwrap(out).unwrap_or_else(|shared| Picture::clone(&shared))
    }

    /// `v ↦ Jᵀ v` of a run, with `J` the derivative with respect to the picture.
    pub(crate) fn pullback(&self, tape: Tape, cotangent: Picture) -> Picture {
        in_the_pool(|| {
            let depends = self.depends_on_picture();
            let mut cotangents: Vec<Option<Picture>> = vec![None; self.steps.len() + GIVEN];
            *cotangents.last_mut().expect("programs are not empty") = Some(cotangent);
            for ((i, step), kept) in self.steps.iter().enumerate().zip(tape.kept).rev() {
                let Some(cotangent) = cotangents[i + GIVEN].take().filter(|_| depends[i + GIVEN])
                else {
                    continue;
                };
                let (first, second) = step.pullback(kept, cotangent);
                step.hand_on([Some(first), second], &mut cotangents);
            }
            cotangents
                .swap_remove(Program::PICTURE.0)
                .expect("the picture reaches the output")
        })
    }
}

impl Step {
    fn forward(
        &self,
        x: Arc<Picture>,
        second: Option<Arc<Picture>>,
        purpose: Purpose,
    ) -> (Picture, Kept) {
        let other = || second.as_deref().expect("this operation reads two values");
        match &self.operation {
            Operation::Convolve(convolution) => {
                let out = convolution.forward(&x);
                let kept = match purpose {
                    Purpose::Denoising => Kept::Shape(x.shape),
                    Purpose::Learning => Kept::Input(x),
                };
                (out, kept)
            }
            Operation::Normalise(normalisation) => {
                let (out, kept) = normalisation.forward(x, second.as_deref());
                (out, Kept::Normalisation(kept, second))
            }
            Operation::RmsActivate(rms) => (rms.forward(&x), Kept::Input(x)),
            Operation::ModulateActivate => {
                let out = modulation::forward(&x, other());
                let kept = second.map_or(Kept::Nothing, |second| Kept::Modulation(x, second));
                (out, kept)
            }
            Operation::Activate => {
                let out = activation::activate(Picture::clone(&x));
                (out, Kept::Input(x))
            }
            Operation::Attend(layout) => {
                let (out, kept) = layout.forward(x);
                (out, Kept::Attention(kept))
            }
            Operation::Double => (resampling::double(&x, 1.0), Kept::Nothing),
            Operation::Halve => (resampling::halve(&x, 0.25), Kept::Nothing),
            Operation::Unshuffle => (shuffling::unshuffle(&x), Kept::Nothing),
            Operation::Shuffle => (shuffling::shuffle(&x), Kept::Nothing),
            Operation::Add => (elementwise::add(owned(x), other()), Kept::Nothing),
            Operation::Shift => (elementwise::shift(owned(x), other()), Kept::Nothing),
            Operation::Concatenate => (elementwise::concatenate(&x, other()), Kept::Shape(x.shape)),
        }
    }

    /// Adds cotangents of the operands to those of their registers.
    pub(super) fn hand_on(&self, parts: [Option<Picture>; 2], cotangents: &mut [Option<Picture>]) {
        for (register, part) in [Some(self.first), self.second].into_iter().zip(parts) {
            let (Some(register), Some(part)) = (register, part) else {
                continue;
            };
            let sum = &mut cotangents[register.0];
            *sum = Some(match sum.take() {
                None => part,
                Some(sum) => elementwise::add(sum, &part),
            });
        }
    }

    pub(super) fn pullback(&self, kept: Kept, v: Picture) -> (Picture, Option<Picture>) {
        match (&self.operation, kept) {
            (Operation::Convolve(convolution), Kept::Shape(shape)) => {
                (convolution.pullback(&v, shape), None)
            }
            (Operation::Normalise(normalisation), Kept::Normalisation(kept, _)) => {
                (normalisation.pullback(&kept, v), None)
            }
            (Operation::Attend(layout), Kept::Attention(kept)) => {
                (layout.pullback(&kept, &v), None)
            }
            (Operation::RmsActivate(rms), Kept::Input(x)) => (rms.pullback(&x, v), None),
            (Operation::ModulateActivate, Kept::Modulation(x, modulation)) => {
                (modulation::pullback(&x, &modulation, v), None)
            }
            (Operation::Activate, Kept::Input(x)) => (activation::unactivate(&x, v), None),
            (Operation::Double, _) => (resampling::halve(&v, 1.0), None),
            (Operation::Halve, _) => (resampling::double(&v, 0.25), None),
            (Operation::Unshuffle, _) => (shuffling::shuffle(&v), None),
            (Operation::Shuffle, _) => (shuffling::unshuffle(&v), None),
            (Operation::Add, _) => (v.clone(), Some(v)),
            (Operation::Shift, _) => (v, None),
            (Operation::Concatenate, Kept::Shape(shape)) => {
                let (first, second) = elementwise::separate(&v, shape.channels);
                (first, Some(second))
            }
            (operation, kept) => unreachable!("{operation:?} does not keep {kept:?}"),
        }
    }
}

/// The picture itself if nothing else holds it, otherwise a copy.
fn owned(picture: Arc<Picture>) -> Picture {
    Arc::try_unwrap(picture).unwrap_or_else(|shared| Picture::clone(&shared))
}

/// Enters the thread pool once, so that the many small pieces of work inside need no hand-over
/// from a thread that is not of the pool.
pub(super) fn in_the_pool<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::join(work, || ()).0
}
