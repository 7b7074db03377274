//! Backends of the `getrandom` crate, versions 0.2 to 0.4.
//!
//! A guest has no randomness of its own: it must run the same whenever it is proven. So requests are refused
//! with an explanation, unless the feature `host-random` says that bytes of the host's choice will do.

use crate::platform;

/// The number of our refusal among getrandom's custom errors.
const REFUSED: u16 = 0x7a69;

const EXPLANATION: &str = "\
this guest asked for random bytes (getrandom), and it has none: a guest must run the same whenever it is
proven, and whoever proves it could choose the bytes. There are two ways out: take a seed as input
(zisk_guest::io::read) and hand it to a seeded generator, or, if the guest stays right even when the
prover chooses every \"random\" byte, switch on the feature `host-random` of zisk-guest";

/// The request was refused.
#[derive(Debug, PartialEq, Eq)]
struct Refused;

/// Fills `bytes` with what the host chooses, or refuses.
fn fill(bytes: &mut [u8]) -> Result<(), Refused> {
    if cfg!(feature = "host-random") {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&platform::host_random().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    } else {
        crate::eprintln!("{EXPLANATION}");
        Err(Refused)
    }
}

#[cfg(all(target_arch = "riscv64", target_os = "none"))]
mod v02 {
    use core::num::NonZeroU32;

    use getrandom_02::Error;

    const CODE: NonZeroU32 = match NonZeroU32::new(Error::CUSTOM_START + super::REFUSED as u32) {
        Some(code) => code,
        None => unreachable!(),
    };

    fn fill(bytes: &mut [u8]) -> Result<(), Error> {
        super::fill(bytes).map_err(|super::Refused| Error::from(CODE))
    }

    getrandom_02::register_custom_getrandom!(fill);
}

/// Versions 0.3 and 0.4 look for a function of this name when built with
/// `--cfg getrandom_backend="custom"`, and do not build for the VM otherwise; therefore this crate cannot
/// depend on them, and has their error type again.
mod v03 {
    use core::num::NonZeroI32;

    /// `getrandom::Error` of 0.3 and 0.4: a struct around a `NonZeroI32`.
    #[repr(transparent)]
    pub(super) struct Error(NonZeroI32);

    impl Error {
        /// What `getrandom::Error::new_custom` makes of [`super::REFUSED`].
        pub(super) const REFUSED: Self = match NonZeroI32::new((1 << 17) + super::REFUSED as i32) {
            Some(code) => Self(code),
            None => unreachable!(),
        };
    }

    /// # Safety
    /// As of 0.3 and 0.4: `dest` is valid for writes of `len` bytes, which need not be initialized.
    #[cfg(all(target_arch = "riscv64", target_os = "none"))]
    #[unsafe(no_mangle)]
    unsafe fn __getrandom_v03_custom(dest: *mut u8, len: usize) -> Result<(), Error> {
        // SAFETY: the caller vouches for `dest` and `len`; the bytes are initialized here.
        let bytes = unsafe {
            dest.write_bytes(0, len);
            core::slice::from_raw_parts_mut(dest, len)
        };
        super::fill(bytes).map_err(|super::Refused| Error::REFUSED)
    }
}

#[cfg(test)]
mod tests {
    use core::mem::transmute;

    use super::*;
    use crate::testing::run;

    /// The two functions that meet at link time must agree on what a result looks like.
    #[test]
    fn our_error_is_getrandoms_error() {
        type Ours = Result<(), v03::Error>;
        // SAFETY: sizes are checked by `transmute`; every bit pattern is an i32.
        let bits = unsafe {
            [
                transmute::<Ours, i32>(Err(v03::Error::REFUSED)),
                transmute::<Result<(), getrandom_03::Error>, i32>(Err(getrandom_03::Error::new_custom(
                    REFUSED,
                ))),
                transmute::<Result<(), getrandom::Error>, i32>(Err(getrandom::Error::new_custom(REFUSED))),
            ]
        };
        assert_eq!(bits, [bits[0]; 3]);
        // SAFETY: as above.
        let bits = unsafe {
            [
                transmute::<Ours, i32>(Ok(())),
                transmute::<Result<(), getrandom_03::Error>, i32>(Ok(())),
                transmute::<Result<(), getrandom::Error>, i32>(Ok(())),
            ]
        };
        assert_eq!(bits, [bits[0]; 3]);
    }

    #[test]
    #[cfg(not(feature = "host-random"))]
    fn a_refusal_explains_itself() {
        let outcome = run(|| assert_eq!(fill(&mut [0; 4]), Err(Refused)), |_| ());
        assert_eq!(outcome.exit_code, 0);
        for part in ["random bytes", "io::read", "`host-random`"] {
            assert!(outcome.stderr.contains(part), "no {part:?} in {}", outcome.stderr);
        }
    }

    #[test]
    #[cfg(feature = "host-random")]
    fn host_bytes_fill_any_length() {
        let outcome = run(
            || {
                for len in 0..20 {
                    let mut bytes = alloc::vec![0; len];
                    assert_eq!(fill(&mut bytes), Ok(()));
                    assert!(bytes.iter().all(|&byte| byte != 0), "{bytes:?}");
                }
            },
            |_| (),
        );
        assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    }
}
