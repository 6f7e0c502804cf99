//! What few pages state.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::ops::{Deref, DerefMut};

/// A value of which most pages have nothing: these keep eight bytes for it. It is read as if it were always there.
#[derive(Clone, Debug, Default)]
pub struct Rare<T>(Option<Box<T>>);

/// A type one value of which says nothing.
pub trait Nothing: PartialEq + Default + 'static {
    /// That value.
    const NOTHING: &'static Self;
}

impl<T: Nothing> From<T> for Rare<T> {
    fn from(value: T) -> Self {
        Rare((value != *T::NOTHING).then(|| Box::new(value)))
    }
}

impl<T: Nothing> Deref for Rare<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_deref().unwrap_or(T::NOTHING)
    }
}

impl<T: Nothing> DerefMut for Rare<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_or_insert_default()
    }
}

impl<T: Nothing> PartialEq for Rare<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Nothing + Serialize> Serialize for Rare<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::serialize(self, serializer)
    }
}

impl<'de, T: Nothing + Deserialize<'de>> Deserialize<'de> for Rare<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Rare::from)
    }
}
