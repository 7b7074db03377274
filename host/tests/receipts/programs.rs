//! What tells programs apart.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use zisk_host::{Receipt, image_id};
use zisk_isa::Op;
use zisk_tests::assembler::Code;
use zisk_tests::elf::{PF_R, PF_W, PF_X, Segment, executable};

use crate::{CODE, DATA, Honest, honest};

/// Every number of what a receipt says its program is: another one gives another image id, which verification asks for.
#[test]
fn every_field_of_a_program_changes_the_image_id() {
    let Honest { id, receipt } = honest();
    let json = serde_json::to_value(receipt).expect("a receipt is encoded");
    let mut places = Vec::new();
    numbers(
        &json["seal"]["Stark"]["program"],
        "/seal/Stark/program",
        &mut places,
    );
    // A root of 9 elements, two heights and the entry.
    assert_eq!(places.len(), 9 + 2 + 1, "{places:?}");
    for place in places {
        let mut forged = json.clone();
        let number = forged.pointer_mut(&place).expect("there is a number");
        *number = Value::from(number.as_u64().expect("a number") ^ 1);
        let forged = Receipt::deserialize(&forged).expect("it is well formed");
        assert_ne!(forged.image_id(), *id, "{place}");
        assert!(forged.verify(*id).is_err(), "{place}");
        // To those who ask for that program it proves nothing either.
        assert!(forged.verify(forged.image_id()).is_err(), "{place}");
    }
}

fn numbers(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Number(_) => found.push(at.to_owned()),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                numbers(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                numbers(field, &format!("{at}/{name}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// What is loaded of a guest.
#[derive(Clone)]
struct Content {
    entry: u64,
    code: Segment,
    data: Segment,
}

impl Content {
    fn new() -> Self {
        let mut code = Code::default();
        for _ in 0..4 {
            code.push(Op::Addi, 5, 6, 0, 7);
        }
        Self {
            entry: CODE,
            code: Segment::code(CODE, code.into_bytes()),
            data: Segment::data(DATA, vec![1, 2, 3, 4]),
        }
    }
}

#[test]
fn everything_that_is_loaded_of_a_guest_changes_the_image_id() {
    type Change = fn(&mut Content);
    let changes: [(&str, Change); 10] = [
        ("the entry", |content| content.entry += 4),
        ("an instruction's operation", |content| {
            content.code.data[0] ^= 0x20;
        }),
        ("an instruction's register", |content| content.code.data[1] ^= 1),
        ("an instruction's immediate", |content| {
            content.code.data[15] ^= 0x80;
        }),
        ("where the code is", |content| {
            content.entry += 0x1000;
            content.code.start += 0x1000;
        }),
        ("a byte of the data", |content| content.data.data[3] ^= 0x80),
        ("where the data are", |content| content.data.start += 0x1000),
        ("whether the data may be written", |content| {
            content.data.flags = PF_R;
        }),
        ("a page of zeros behind the data", |content| {
            content.data.size = 0x1001;
        }),
        ("whether the code may be read", |content| {
            content.code.flags = PF_X;
        }),
    ];
    let mut seen = BTreeMap::new();
    let honest = Content::new();
    for (what, change) in [("nothing", (|_| {}) as Change)].into_iter().chain(changes) {
        let mut content = honest.clone();
        change(&mut content);
        let elf = executable(content.entry, &[content.code, content.data]);
        let id = image_id(&elf).unwrap_or_else(|error| panic!("{what}: {error}"));
        if let Some(same) = seen.insert(id, what) {
            panic!("{what} and {same} give the same image id");
        }
    }
    // Zeros up to the end of a page are there anyway, and code and variables may trade places in the file.
    let Content {
        entry,
        code,
        mut data,
    } = honest;
    data.size = 0x1000;
    assert_eq!(data.flags, PF_R | PF_W);
    let elf = executable(entry, &[data, code]);
    assert_eq!(seen.get(&image_id(&elf).expect("a guest")), Some(&"nothing"));
}
