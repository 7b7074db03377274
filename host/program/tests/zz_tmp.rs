#![allow(
    missing_docs,
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    reason = "t"
)]
use std::time::Instant;
use zisk_program::*;
#[test]
fn speed() {
    let elf = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    println!("exe {} bytes", elf.len());
    let t = Instant::now();
    let s = Symbols::new(&elf);
    let n = s.function_symbols().len();
    println!("functions {n} {:?}", t.elapsed());
    let f = s.function_symbols();
    let a = f[n / 2].address();
    let t = Instant::now();
    let l = s.locate(a);
    println!("{l} {:?}", t.elapsed());
    let t = Instant::now();
    let mut k = 0;
    let mut lines = 0;
    for x in f {
        for o in (0..x.size()).step_by(64) {
            k += 1;
            if s.locate(x.address() + o).line.is_some() {
                lines += 1
            }
        }
    }
    println!("{k} locates, {lines} with line {:?}", t.elapsed());
    let t = Instant::now();
    let mut k = 0;
    let mut fr = 0;
    let mut mx = 0;
    for x in f {
        for o in (0..x.size()).step_by(64) {
            k += 1;
            let v = s.frames(x.address() + o);
            mx = mx.max(v.len());
            fr += v.len();
        }
    }
    println!("{k} frames, {fr} max {mx} {:?}", t.elapsed());
    // 1MB program
    let mut e = vec![0u8; 1 << 20];
    e[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    e[16] = 2;
    e[18] = 243;
    e[20] = 1;
    e[24..32].copy_from_slice(&0x10000u64.to_le_bytes());
    e[32] = 64;
    e[54] = 56;
    e[56] = 1;
    e[64] = 1;
    e[68] = 5;
    e[80..88].copy_from_slice(&0x10000u64.to_le_bytes());
    e[96..104].copy_from_slice(&(1u64 << 20).to_le_bytes());
    e[104..112].copy_from_slice(&(1u64 << 20).to_le_bytes());
    for _ in 0..3 {
        let t = Instant::now();
        let p = Program::from_elf(&e);
        println!("load {} {:?}", p.is_ok(), t.elapsed());
    }
}
#[test]
fn fuzz() {
    use rand_chacha::rand_core::*;
    let orig = std::fs::read("/tmp/fuzzexe").unwrap();
    let secs: Vec<(usize, usize)> = std::env::var("SECS")
        .unwrap()
        .split(' ')
        .map(|x| {
            let (a, b) = x.split_once(':').unwrap();
            (
                usize::from_str_radix(a, 16).unwrap(),
                usize::from_str_radix(b, 16).unwrap(),
            )
        })
        .collect();
    let s = Symbols::new(&orig);
    let pcs: Vec<u64> = s
        .function_symbols()
        .iter()
        .step_by(60)
        .map(|f| f.address() + 4)
        .collect();
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(std::env::var("SEED").unwrap().parse().unwrap());
    let t = Instant::now();
    let mut i = 0;
    let mut hit = 0usize;
    let mut worst = std::time::Duration::ZERO;
    while t.elapsed().as_secs() < 100 {
        let mut e = orig.clone();
        for _ in 0..1 + rng.next_u32() % 20 {
            let (a, b) = secs[rng.next_u32() as usize % secs.len()];
            let o = a + rng.next_u64() as usize % b;
            let w = 1 + rng.next_u32() as usize % 4;
            for k in 0..w {
                if o + k < e.len() {
                    e[o + k] = [rng.next_u32() as u8, 0xff, 0, 0x80, e[o + k].wrapping_add(1)]
                        [rng.next_u32() as usize % 5];
                }
            }
        }
        let t2 = Instant::now();
        let s = Symbols::new(&e);
        for &p in &pcs {
            if s.locate(p).line.is_some() {
                hit += 1
            }
            s.frames(p);
        }
        worst = worst.max(t2.elapsed());
        i += 1;
    }
    println!("{i} mutants, {hit} hits of {} worst {worst:?}", i * pcs.len());
}
#[test] fn guest() {
    let elf = std::fs::read("/tmp/fuzzexe").unwrap();
    let p = Program::from_elf(&elf).unwrap(); println!("{p:#?}");
    let s=Symbols::new(&elf);
    for f in s.function_symbols().iter().take(500) { println!("{:x} {:x} {}", f.address(), f.size(), f.name()); }
    for pc in [0x12468,0x1246c,0x12480, 0x124a0, 0x124c0, 0x124d0,0x124e0] { println!("{}", s.locate(pc)); for f in s.frames(pc) { println!("     {f}"); } }
    for b in [2usize] { let _ = b; }
}
