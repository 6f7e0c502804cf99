//! The least that could be done with the same bytes, and single steps of the method, one function each.

use crate::attribution::attribute_in_zone;
use crate::clean::{CleanDoc, FurnitureModel, GroupKeys, Units, clean_into, scan_spans};
use crate::corpus::Corpus;
use crate::shingle::for_each_shingle;
use crate::signature::sign;
use crate::types::Span;
use rayon::prelude::*;
use std::hint::black_box;

/// Bytes that one task goes through.
const PART: usize = 1 << 20;

/// Copies every byte once, into memory that is used again.
pub fn copy_memory(bytes: &[u8]) {
    bytes.par_chunks(PART).for_each_init(
        || vec![0u8; PART],
        |room, part| {
            room[..part.len()].copy_from_slice(part);
            black_box(&*room);
        },
    );
}

/// Checks that the bytes are UTF-8.
pub fn check_utf8(bytes: &[u8]) {
    bytes.par_chunks(PART).for_each(|part| {
        // A part may begin or end within a character; what that gives does not matter here.
        black_box(simdutf8::basic::from_utf8(part).is_ok());
    });
}

/// Reads the fields of every record and decodes them.
pub fn parse_records(corpus: &Corpus) {
    corpus.docs().for_each(|doc| drop(black_box(corpus.doc(doc))));
}

/// Folds whole texts to units.
pub fn fold(texts: &[String]) {
    texts.par_iter().for_each_init(Units::default, |units, text| {
        scan_spans(text, &[Span::new(0, text.len())], units);
        black_box(units.len());
    });
}

/// Hashes every shingle of bodies and does nothing else.
pub fn hash_shingles(bodies: &[Vec<u32>]) {
    bodies.par_iter().for_each(|units| {
        let mut all = 0;
        for_each_shingle(units, |hash, _| all ^= hash);
        black_box(all);
    });
}

/// Finds the body of every text, with no furniture known.
pub fn clean(texts: &[String]) {
    let unknown = FurnitureModel::default();
    texts.par_iter().for_each_init(CleanDoc::default, |cleaned, text| {
        clean_into(text, None, &unknown, GroupKeys::default(), cleaned);
        black_box(cleaned.body.len());
    });
}

/// Cleans every text and reads what it states of itself.
pub fn clean_and_attribute(texts: &[String]) {
    let unknown = FurnitureModel::default();
    texts.par_iter().for_each_init(CleanDoc::default, |cleaned, text| {
        clean_into(text, None, &unknown, GroupKeys::default(), cleaned);
        black_box(attribute_in_zone(text, None, cleaned, 0));
    });
}

/// Signs bodies: hashes their shingles and makes simhash, MinHash and sample of them.
pub fn sign_bodies(bodies: &[Vec<u32>]) {
    bodies.par_iter().for_each(|units| drop(black_box(sign(units))));
}

/// The units of the bodies of texts.
pub fn bodies(texts: &[String]) -> Vec<Vec<u32>> {
    let unknown = FurnitureModel::default();
    let body = |text: &String| {
        let mut cleaned = CleanDoc::default();
        clean_into(text, None, &unknown, GroupKeys::default(), &mut cleaned);
        cleaned.body.ids
    };
    texts.par_iter().map(body).collect()
}
