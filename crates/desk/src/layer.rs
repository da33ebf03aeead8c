//! The parts of the state lie in layers: each feature holds the one below it and reads it as its own.

/// Lets a layer read and change the one below it, its field `below`.
macro_rules! layer {
    ($upper:ty, $below:ty) => {
        impl std::ops::Deref for $upper {
            type Target = $below;

            fn deref(&self) -> &$below {
                &self.below
            }
        }

        impl std::ops::DerefMut for $upper {
            fn deref_mut(&mut self) -> &mut $below {
                &mut self.below
            }
        }
    };
}

pub(crate) use layer;
