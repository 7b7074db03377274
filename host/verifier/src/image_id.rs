use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What tells a program from every other: a digest of all that is loaded of it. It is the same on every machine, and
/// known before anything is proven.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ImageId(pub [u8; 32]);

/// Something is not an image id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ImageIdError {
    /// Its length is another.
    #[error("an image id has 64 hexadecimal digits, this has {found} characters")]
    Length {
        /// How many characters there are.
        found: usize,
    },
    /// A character is no digit.
    #[error("character {place} of the image id is no hexadecimal digit")]
    Digit {
        /// Which character, counted from 1.
        place: usize,
    },
}

impl fmt::Display for ImageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ImageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImageId({self})")
    }
}

impl From<[u8; 32]> for ImageId {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl FromStr for ImageId {
    type Err = ImageIdError;

    fn from_str(text: &str) -> Result<Self, ImageIdError> {
        let found = text.chars().count();
        if found != 64 {
            return Err(ImageIdError::Length { found });
        }
        let mut bytes = [0; 32];
        for (index, character) in text.chars().enumerate() {
            let digit = character
                .to_digit(16)
                .ok_or(ImageIdError::Digit { place: index + 1 })?;
            if let Some(byte) = bytes.get_mut(index / 2) {
                *byte = *byte << 4 | digit as u8;
            }
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn image_ids_are_written_and_read() {
        let id = ImageId(core::array::from_fn(|i| 7 * i as u8 + 3));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("ab".parse::<ImageId>(), Err(ImageIdError::Length { found: 2 }));
        let wrong = id.to_string().replacen('0', "x", 1);
        assert_eq!(wrong.parse::<ImageId>(), Err(ImageIdError::Digit { place: 1 }));
    }
}
