//! Receipts that are changed where their structure says that something is: lists, elements, lengths.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use zisk_host::{DecodeError, Receipt};
use zisk_tests::allocations::most_allocated;

use crate::parts::HEADER;
use crate::{Honest, honest};

/// KoalaBear's characteristic.
const CHARACTERISTIC: u64 = 0x7f00_0001;

/// Where lists and numbers are in a receipt, as JSON pointers.
#[derive(Default)]
struct Places {
    lists: Vec<String>,
    numbers: Vec<String>,
}

impl Places {
    fn of(receipt: &Value) -> Self {
        let mut places = Self::default();
        places.visit(receipt, "");
        places
    }

    fn visit(&mut self, value: &Value, at: &str) {
        match value {
            Value::Array(items) => {
                self.lists.push(at.to_owned());
                for (index, item) in items.iter().enumerate() {
                    self.visit(item, &format!("{at}/{index}"));
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    self.visit(field, &format!("{at}/{name}"));
                }
            }
            Value::Number(_) => self.numbers.push(at.to_owned()),
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }
}

/// Of places that differ in indices alone, as the queries of an opening proof do, the first and the last.
fn sample(places: &[String]) -> Vec<&String> {
    let mut alike: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for place in places {
        let is_index = |part: &&str| part.parse::<usize>().is_ok();
        let kind: Vec<&str> = place
            .split('/')
            .map(|part| if is_index(&part) { "*" } else { part })
            .collect();
        alike.entry(kind.join("/")).or_default().push(place);
    }
    let of_kind = |places: Vec<_>| {
        let mut some = vec![places[0], places[places.len() - 1]];
        some.dedup();
        some
    };
    alike.into_values().flat_map(of_kind).collect()
}

/// A receipt with what is at a place changed, if it is one at all.
fn changed(receipt: &mut Value, place: &str, change: impl FnOnce(&mut Value)) -> Option<Receipt> {
    let at = receipt.pointer_mut(place).expect("there is something");
    let before = at.clone();
    change(at);
    let result = Receipt::deserialize(&*receipt).ok();
    *receipt.pointer_mut(place).expect("nothing moved") = before;
    result
}

fn assert_refused(receipt: &Receipt, what: &str) {
    let Honest { id, .. } = honest();
    assert!(receipt.verify(*id).is_err(), "{what}");
}

type Change = fn(&mut Vec<Value>);

#[test]
fn a_receipt_with_any_list_of_another_length_is_refused() {
    let mut receipt = serde_json::to_value(&honest().receipt).expect("a receipt is encoded");
    let places = Places::of(&receipt);
    let changes: [(&str, Change); 3] = [
        ("lengthened", |list| {
            list.push(list.last().cloned().unwrap_or(Value::from(0)));
        }),
        ("shortened", |list| drop(list.pop())),
        ("emptied", Vec::clear),
    ];
    let mut num_decoded = 0;
    for place in sample(&places.lists) {
        for (what, change) in changes {
            let mut is_changed = false;
            let after = changed(&mut receipt, place, |value| {
                let list = value.as_array_mut().expect("a list");
                let before = list.len();
                change(list);
                is_changed = list.len() != before;
            });
            let Some(after) = after.filter(|_| is_changed) else {
                continue;
            };
            num_decoded += 1;
            assert_refused(&after, &format!("{place} {what}"));
        }
    }
    assert!(num_decoded > 30, "only {num_decoded} could be decoded");
}

#[test]
fn a_receipt_with_any_number_changed_is_refused() {
    let mut receipt = serde_json::to_value(&honest().receipt).expect("a receipt is encoded");
    let places = Places::of(&receipt);
    let mut num_decoded = 0;
    for place in sample(&places.numbers) {
        let after = changed(&mut receipt, place, |value| {
            let old = value.as_u64().expect("a number");
            *value = Value::from(old ^ 1);
        });
        let Some(after) = after else { continue };
        num_decoded += 1;
        assert_refused(&after, place);
    }
    assert!(num_decoded > 30, "only {num_decoded} could be decoded");
}

/// An element has one encoding: the others, which are greater by the characteristic, would make another receipt of the
/// same proof.
#[test]
fn elements_that_are_not_reduced_are_refused() {
    let honest = &honest().receipt;
    let bytes = honest.to_bytes();
    let mut receipt = serde_json::to_value(honest).expect("a receipt is encoded");
    let places = Places::of(&receipt);
    let mut num_found = 0;
    for place in sample(&places.numbers) {
        let mut old = 0;
        let with_characteristic = changed(&mut receipt, place, |value| {
            old = value.as_u64().expect("a number");
            *value = Value::from(old + CHARACTERISTIC);
        });
        // Small numbers, which are no elements, have no such encoding, but are in range if they are wide.
        if let Some(after) = with_characteristic {
            assert_refused(&after, place);
        }
        // An element one more or less differs in the first of its four bytes first.
        let Some(next) = changed(&mut receipt, place, |value| *value = Value::from(old ^ 1)) else {
            continue;
        };
        let start = first_difference(&bytes, &next.to_bytes());
        let mut unreduced = bytes.clone();
        let Some(element) = unreduced.get_mut(start..start + 4) else {
            continue;
        };
        if element != (old as u32).to_le_bytes() {
            continue;
        }
        element.copy_from_slice(&((old + CHARACTERISTIC) as u32).to_le_bytes());
        num_found += 1;
        assert_eq!(
            Receipt::from_bytes(&unreduced).err(),
            Some(DecodeError::Damaged),
            "{place}"
        );
    }
    assert!(num_found > 30, "only {num_found} elements were found");
}

fn first_difference(one: &[u8], other: &[u8]) -> usize {
    one.iter()
        .zip(other)
        .take_while(|(one, other)| one == other)
        .count()
}

/// A number of 64 bits as lengths are written: 7 bits a byte, low ones first.
fn length(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}

/// Whatever a list's length is said to be, reading it allocates no more than the bytes that are there could fill.
#[test]
fn huge_lengths_are_refused_without_huge_allocations() {
    let honest = &honest().receipt;
    let bytes = honest.to_bytes();
    let (decoded, usual) = most_allocated(|| Receipt::from_bytes(&bytes));
    assert!(decoded.is_ok());
    let mut receipt = serde_json::to_value(honest).expect("a receipt is encoded");
    let places = Places::of(&receipt);
    let mut num_found = 0;
    for place in sample(&places.lists) {
        let mut len = 0;
        // A list with an element less differs in the first byte of its length first.
        let shorter = changed(&mut receipt, place, |value| {
            let list = value.as_array_mut().expect("a list");
            len = list.len() as u64;
            list.pop();
        });
        let Some(shorter) = shorter.filter(|_| len > 0) else {
            continue;
        };
        let start = first_difference(&bytes, &shorter.to_bytes());
        let old = length(len);
        if !bytes[start..].starts_with(&old) {
            continue;
        }
        num_found += 1;
        for huge in [1 << 24, u64::from(u32::MAX), 1 << 40, u64::MAX / 2, u64::MAX] {
            let behind = &bytes[start + old.len()..];
            let forged = [&bytes[..start], &length(huge), behind].concat();
            let (decoded, most) = most_allocated(|| Receipt::from_bytes(&forged));
            assert!(decoded.is_err(), "{place} with {huge} elements");
            assert!(
                most <= 2 * usual,
                "{place} with {huge} elements allocates {most} bytes"
            );
        }
    }
    assert!(num_found > 20, "only {num_found} lengths were found");
}

#[test]
fn cut_receipts_and_random_bytes_are_refused() {
    use rand::{RngExt, SeedableRng};
    let bytes = honest().receipt.to_bytes();
    assert_eq!(Receipt::from_bytes(&[]).err(), Some(DecodeError::Magic));
    for len in (0..HEADER - 2).chain([12]) {
        let expected = if len < 12 {
            DecodeError::Magic
        } else {
            DecodeError::Damaged
        };
        assert_eq!(
            Receipt::from_bytes(&bytes[..len]).err(),
            Some(expected),
            "{len} bytes"
        );
    }
    for len in (HEADER - 1..HEADER + 200).chain((HEADER..bytes.len()).step_by(bytes.len() / 50)) {
        assert_eq!(
            Receipt::from_bytes(&bytes[..len]).err(),
            Some(DecodeError::Damaged),
            "{len} bytes"
        );
    }
    let longer = [&bytes[..], &[0; 3]].concat();
    assert_eq!(
        Receipt::from_bytes(&longer).err(),
        Some(DecodeError::Trailing { num_bytes: 3 })
    );
    let mut rng = rand_chacha::ChaCha12Rng::seed_from_u64(1);
    for round in 0..200 {
        let mut random = bytes[..HEADER].to_vec();
        let len = rng.random_range(0..1 << 16);
        // Small numbers, as lengths and tags are, lead deeper than any numbers.
        let most = if round % 2 == 0 { 255 } else { 8 };
        random.extend((0..len).map(|_| rng.random_range(0..=most) as u8));
        let (decoded, most) = most_allocated(|| Receipt::from_bytes(&random));
        assert!(decoded.is_err_and(|error| error == DecodeError::Damaged || len > 0));
        // A list of empty lists takes a byte an element in writing, and 24 in memory.
        assert!(
            most <= 100 * random.len() + (1 << 21),
            "{most} bytes of {}",
            random.len()
        );
        let without_header = &random[HEADER..];
        assert_eq!(
            Receipt::from_bytes(without_header).err(),
            Some(DecodeError::Magic)
        );
    }
}
