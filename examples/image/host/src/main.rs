//! Paints a picture, executes the image guest on it and shows the part that it publishes.

#![expect(clippy::print_stdout, reason = "the output of a program")]

use anyhow::{Result, ensure};
use clap::Parser;
use zisk_host::{Input, InputError, execute};

#[cfg(test)]
mod tests;

zisk_host::include_guests!();

/// Executes the image guest on a square picture, of which it publishes the middle: half the width, half the height.
#[derive(Parser)]
struct Arguments {
    /// Width and height of the picture in pixels.
    #[arg(default_value_t = 64, value_parser = clap::value_parser!(u32).range(2..=16384))]
    size: u32,
}

/// Left, top, width and height in pixels.
type Region = (u32, u32, u32, u32);
/// Width and height, SHA-256 of the picture, the region, the blurred part.
type Published = ((u32, u32), [u8; 32], Region, Vec<u8>);

/// A chequered disc on a slope.
fn paint(width: u32, height: u32) -> Vec<u8> {
    let pixel = |x: u32, y: u32| {
        let (across, down) = (x.abs_diff(width / 2), y.abs_diff(height / 2));
        let in_disc = across * across + down * down < width * height / 16;
        if in_disc && (x / 4 + y / 4).is_multiple_of(2) {
            255
        } else {
            (x * 160 / width + y * 60 / height) as u8
        }
    };
    (0..height)
        .flat_map(|y| (0..width).map(move |x| pixel(x, y)))
        .collect()
}

fn input(size: (u32, u32), region: Region, pixels: &[u8]) -> Result<Input, InputError> {
    Ok(Input::new().write(&size)?.write(&region)?.write_slice(pixels))
}

/// The picture in 32 by 16 characters or fewer, darker ones for darker pixels.
fn draw(width: u32, height: u32, pixels: &[u8]) -> String {
    let shades: Vec<char> = "@%#*+=-:. ".chars().collect();
    let mut text = String::new();
    for y in (0..height).step_by(height.div_ceil(16) as usize) {
        for x in (0..width).step_by(width.div_ceil(32) as usize) {
            let value = usize::from(pixels[(y * width + x) as usize]);
            text.push(shades[value * shades.len() / 256]);
        }
        text.push('\n');
    }
    text
}

fn main() -> Result<()> {
    let size = Arguments::parse().size;
    let region = (size / 4, size / 4, size / 2, size / 2);
    let execution = execute(ELF, input((size, size), region, &paint(size, size))?)?;
    ensure!(
        execution.exit_code == 0,
        "the guest ended with exit code {}",
        execution.exit_code
    );
    let ((width, height), digest, region, pixels): Published = execution.journal.decode()?;
    println!(
        "of the picture of {width} by {height} pixels with SHA-256 {}:",
        hex::encode(digest)
    );
    print!("{}", draw(region.2, region.3, &pixels));
    println!("{} instructions", execution.stats.instructions);
    Ok(())
}
