//! Publishes a blurred part of a private picture.
//!
//! Input: width and height of the picture, the part to publish as a [`Region`], then the picture's grey values,
//! a byte each, row by row. The journal is a tuple: width and height, SHA-256 of the picture's bytes, the
//! region, the bytes of the blurred part.

#![no_std]
#![cfg_attr(not(test), no_main)]

extern crate alloc;

use alloc::vec::Vec;

use zisk_guest::{io, journal};

zisk_guest::entry!(main);

/// Left, top, width and height in pixels.
type Region = (u32, u32, u32, u32);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum ImageError {
    #[error("a picture of {width} by {height} pixels is not {bytes} bytes long")]
    WrongSize { width: u32, height: u32, bytes: usize },
    #[error("the region {0:?} is empty or reaches over the picture's edge")]
    WrongRegion(Region),
}

fn main() -> Result<(), ImageError> {
    let (width, height): (u32, u32) = io::read();
    let region: Region = io::read();
    let picture = Picture::new(width, height, io::read_slice())?;
    let blurred = picture.blurred(region)?;
    journal::commit(&(
        (width, height),
        zisk_guest::sha256(picture.pixels),
        region,
        blurred,
    ));
    Ok(())
}

/// A picture with at least one pixel.
#[derive(Debug, PartialEq, Eq)]
struct Picture<'a> {
    width: u32,
    height: u32,
    pixels: &'a [u8],
}

impl<'a> Picture<'a> {
    fn new(width: u32, height: u32, pixels: &'a [u8]) -> Result<Self, ImageError> {
        if pixels.is_empty() || u64::from(width) * u64::from(height) != pixels.len() as u64 {
            return Err(ImageError::WrongSize {
                width,
                height,
                bytes: pixels.len(),
            });
        }
        Ok(Self {
            width,
            height,
            pixels,
        })
    }

    fn blurred(&self, region: Region) -> Result<Vec<u8>, ImageError> {
        let (left, top, width, height) = region;
        let fits = |start: u32, len: u32, end: u32| {
            len > 0 && start.checked_add(len).is_some_and(|reached| reached <= end)
        };
        if !fits(left, width, self.width) || !fits(top, height, self.height) {
            return Err(ImageError::WrongRegion(region));
        }
        let mut blurred = Vec::with_capacity(width as usize * height as usize);
        for y in top..top + height {
            let rows = around(y, self.height).map(|y| self.row(y));
            blurred.extend((left..left + width).map(|x| blur(rows, around(x, self.width))));
        }
        Ok(blurred)
    }

    fn row(&self, y: u32) -> &'a [u8] {
        let start = y as usize * self.width as usize;
        &self.pixels[start..start + self.width as usize]
    }
}

/// The positions before, at and after `position`. At an edge the last pixel counts twice.
fn around(position: u32, len: u32) -> [u32; 3] {
    [position.saturating_sub(1), position, (position + 1).min(len - 1)]
}

/// The mean of the three by three pixels, weighted 1, 2, 1 in both directions.
fn blur(rows: [&[u8]; 3], columns: [u32; 3]) -> u8 {
    let weighted = |values: [u32; 3]| values[0] + 2 * values[1] + values[2];
    let sum = weighted(rows.map(|row| weighted(columns.map(|x| u32::from(row[x as usize])))));
    (sum / 16) as u8
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{ImageError, Picture, Region};
    use zisk_guest::testing::{Outcome, run};

    fn publish(size: (u32, u32), region: Region, pixels: &[u8]) -> Outcome {
        run(super::main, |input| {
            input.write(&size);
            input.write(&region);
            input.write_slice(pixels);
        })
    }

    #[test]
    fn a_dot_becomes_the_kernel() {
        let mut pixels = [0; 25];
        pixels[12] = 160;
        let region = (1, 1, 3, 3);
        let outcome = publish((5, 5), region, &pixels);
        assert_eq!(outcome.exit_code, 0, "{}", outcome.stderr);
        let (size, digest, committed, blurred) = outcome
            .decode_journal::<((u32, u32), [u8; 32], Region, Vec<u8>)>()
            .unwrap();
        assert_eq!((size, committed), ((5, 5), region));
        assert_eq!(digest, zisk_guest::sha256(&pixels));
        assert_eq!(blurred, [10, 20, 10, 20, 40, 20, 10, 20, 10]);
    }

    #[test]
    fn an_even_area_stays_as_it_is_to_the_edges() {
        for (width, height) in [(1, 1), (1, 6), (2, 3)] {
            let picture = Picture::new(width, height, &[255; 6][..(width * height) as usize]).unwrap();
            let blurred = picture.blurred((0, 0, width, height)).unwrap();
            assert_eq!(blurred, picture.pixels);
        }
    }

    #[test]
    fn sizes_that_do_not_fit_are_errors() {
        for (width, height) in [(3, 2), (0, 4), (u32::MAX, u32::MAX), (1 << 31, 2)] {
            let error = ImageError::WrongSize {
                width,
                height,
                bytes: 4,
            };
            assert_eq!(Picture::new(width, height, &[0; 4]), Err(error));
        }
        assert!(Picture::new(0, 0, &[]).is_err());
    }

    #[test]
    fn regions_that_do_not_fit_are_errors() {
        let picture = Picture::new(4, 2, &[0; 8]).unwrap();
        for region in [
            (0, 0, 5, 1),
            (0, 0, 1, 3),
            (4, 0, 1, 1),
            (0, 0, 0, 1),
            (1, 0, u32::MAX, 1),
        ] {
            assert_eq!(picture.blurred(region), Err(ImageError::WrongRegion(region)));
        }
        assert_eq!(publish((4, 2), (0, 2, 1, 1), &[0; 8]).exit_code, 1);
    }
}
