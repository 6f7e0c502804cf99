//! What a field of the contract is, so that the documentation, the Arrow schema and the types of the web front end are
//! made from the records themselves.

/// What values a field has.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// A string.
    Text,
    /// A time as text: RFC 3339 with the zone of the page, or a date where only the day is known.
    Time,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// True or false.
    Flag,
    /// `[start, end]`: a half-open range of Unicode characters of a text.
    Range,
    /// An object from a name to a whole number; names that count nothing are left out. Lists the names and what each
    /// counts.
    Counts(&'static [(&'static str, &'static str)]),
    /// Any JSON.
    Json,
    /// One of some strings, each with its meaning.
    Choice(&'static [(&'static str, &'static str)]),
    /// A list.
    List(&'static Type),
    /// An object.
    Record(&'static RecordSpec),
}

/// An object of the contract.
#[derive(Debug)]
pub struct RecordSpec {
    /// The name of its type.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Its fields, in the order in which they are written.
    pub fields: &'static [FieldSpec],
}

/// A field of an object.
#[derive(Debug)]
pub struct FieldSpec {
    /// Its name.
    pub name: &'static str,
    /// What it is, its unit and range, and what null means.
    pub about: &'static str,
    /// What values it has.
    pub of: Type,
    /// True when it may be null, or left out.
    pub nullable: bool,
}

/// Has a place in the contract.
pub trait Described {
    /// What its values are.
    const TYPE: Type;
    /// True when it may be null.
    const NULLABLE: bool = false;
}

impl<T: Described> Described for Option<T> {
    const TYPE: Type = T::TYPE;
    const NULLABLE: bool = true;
}

impl<T: Described> Described for Vec<T> {
    const TYPE: Type = Type::List(&T::TYPE);
}

impl<T: Described> Described for &[T] {
    const TYPE: Type = Type::List(&T::TYPE);
}

impl Described for [u32; 2] {
    const TYPE: Type = Type::Range;
}

impl Described for bool {
    const TYPE: Type = Type::Flag;
}

impl Described for f64 {
    const TYPE: Type = Type::Number;
}

/// Types that the contract calls by one name.
macro_rules! described {
    ($of:ident: $($types:ty),+) => {
        $(impl Described for $types {
            const TYPE: Type = Type::$of;
        })+
    };
}

described!(Text: String, &str, std::borrow::Cow<'_, str>);
described!(Whole: u32, u64, i64, usize);
described!(Json: serde_json::Map<String, serde_json::Value>, serde_json::Value);

/// Declares a record of the contract: a struct whose documentation is the contract's too. Every field says what it is,
/// its unit and range, and what null means.
macro_rules! record {
    (
        $(#[doc = $about:literal])+
        #[derive($($derive:ident),+)]
        pub struct $name:ident $(<$life:lifetime>)? {
            $( $(#[doc = $doc:literal])+ $(#[serde($($serde:tt)+)])? pub $field:ident: $of:ty, )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive($($derive),+)]
        pub struct $name $(<$life>)? {
            $( $(#[doc = $doc])+ $(#[serde($($serde)+)])? pub $field: $of, )+
        }

        impl $(<$life>)? $crate::records::contract::Described for $name $(<$life>)? {
            const TYPE: $crate::records::contract::Type = {
                use $crate::records::contract::{Described, FieldSpec, RecordSpec, Type};
                const fn of<T: Described>(name: &'static str, about: &'static str) -> FieldSpec {
                    FieldSpec { name, about, of: T::TYPE, nullable: T::NULLABLE }
                }
                Type::Record(&RecordSpec {
                    name: stringify!($name),
                    about: concat!($($about),+),
                    fields: &[$( of::<$of>(stringify!($field), concat!($($doc),+)) ),+],
                })
            };
        }
    };
}

/// Declares the strings of an enum of unit variants and their meanings; a variant that is added must be added here.
macro_rules! choices {
    ($test:ident, $of:ty { $($variant:ident $name:literal: $meaning:literal,)+ }) => {
        impl $crate::records::contract::Described for $of {
            const TYPE: $crate::records::contract::Type =
                $crate::records::contract::Type::Choice(&[$(($name, $meaning)),+]);
        }

        // Every variant is listed.
        const _: fn($of) = |choice| match choice {
            $(<$of>::$variant => (),)+
        };

        #[cfg(test)]
        #[test]
        fn $test() {
            for (choice, name) in [$((<$of>::$variant, $name)),+] {
                assert_eq!(serde_json::to_value(choice).unwrap(), name);
            }
        }
    };
}

pub(super) use choices;
pub(super) use record;
