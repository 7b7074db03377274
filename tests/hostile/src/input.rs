use zisk_abi::input::{FrameReader, FrameWriter};
use zisk_guest::io::{self, stdin};
use zisk_guest::testing;

use crate::bounded;

/// The bytes twice over: as an input that is laid out wrongly, perhaps, and as a guest that reads frames in some way.
///
/// # Panics
/// When something does not hold.
pub fn input(bytes: &[u8]) {
    layout(bytes);
    reading(bytes);
}

/// Whatever is read lies in the bytes, in order; and who writes the same frames again gets the same bytes or knows that
/// those were not written so.
fn layout(bytes: &[u8]) {
    let mut reader = FrameReader::new(bytes);
    let mut writer = FrameWriter::default();
    let mut left = bytes.len();
    while let Ok(frame) = reader.peek() {
        assert!(bytes.as_ptr_range().contains(&frame.as_ptr()) || frame.is_empty());
        let taken = 8 + frame.len();
        assert!(taken <= left, "frames overlap");
        left -= taken;
        writer.push(frame);
        reader.consume(frame.len());
    }
    let taken = bounded(bytes.len(), 4, || FrameWriter::from_encoded(bytes));
    assert_eq!(taken.is_some(), writer.as_bytes() == bytes);
    if let Some(taken) = taken {
        assert_eq!(taken.as_bytes(), bytes);
    }
}

/// The first bytes are what a guest does, the others are frames, which end at zeros. Whatever it takes, it takes in order.
fn reading(bytes: &[u8]) {
    const NUM_COMMANDS: usize = 8;
    let (commands, rest) = bytes.split_at(bytes.len().min(NUM_COMMANDS));
    let frames: Vec<&[u8]> = rest.split(|byte| *byte == 0).collect();
    let whole = frames.concat();
    let mut taken = Vec::new();
    let guest = || {
        for command in commands {
            if !take(*command, &mut taken, whole.len()) {
                break;
            }
        }
    };
    let outcome = testing::run(guest, |input| {
        for frame in &frames {
            input.write_slice(frame);
        }
    });
    assert_eq!(outcome.panic, None);
    assert!(whole.starts_with(&taken), "{taken:?} is not how {whole:?} begins");
}

/// Takes something from the input; `false` if it cannot be said what was taken.
fn take(command: u8, taken: &mut Vec<u8>, len: usize) -> bool {
    let num_bytes = usize::from(command / 8);
    let mut buffer = vec![0; num_bytes];
    match command % 8 {
        0 => taken.extend(io::try_read::<[u8; 3]>().into_iter().flatten()),
        1 => match stdin().read(&mut buffer) {
            Ok(len) => taken.extend(&buffer[..len]),
            Err(error) => panic!("frames are well formed: {error}"),
        },
        2 => match stdin().read_exact(&mut buffer) {
            Ok(()) => taken.extend(buffer),
            Err(_) => return false,
        },
        3 => {
            let mut line = String::new();
            // A line that is no text was consumed.
            if stdin().read_line(&mut line).is_err() {
                return false;
            }
            taken.extend(line.bytes());
        }
        4 => match stdin().read_to_end(taken) {
            Ok(_) => assert!(matches!(stdin().read(&mut [0]), Ok(0))),
            Err(error) => panic!("frames are well formed: {error}"),
        },
        // Ends the guest where the input has ended.
        5 => taken.extend(io::read_slice()),
        6 => {
            let text = io::try_read::<&str>();
            assert!(text.is_err() || text.is_ok_and(|text| text.len() < len));
            return false;
        }
        _ => {
            let _numbers = bounded(len, 16, io::try_read::<Vec<u64>>);
            return false;
        }
    }
    true
}
