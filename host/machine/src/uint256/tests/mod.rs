mod mul_add;
mod mul_add_mod;

type Number = [u64; 4];

/// Numbers at which something may go wrong.
const CORNERS: [Number; 8] = [
    [0; 4],
    [1, 0, 0, 0],
    [2, 0, 0, 0],
    [0xffff, 0, 0, 0],
    [0, 0, 0, 1 << 63],
    [u64::MAX, u64::MAX, 0, 0],
    [u64::MAX - 1, u64::MAX, u64::MAX, u64::MAX],
    [u64::MAX; 4],
];
/// The order of the field of secp256k1 (SEC 2, section 2.4.1), and something below it.
const P: Number = [0xffff_fffe_ffff_fc2f, u64::MAX, u64::MAX, u64::MAX];
const BELOW_P: Number = [
    0x59f2_815b_16f8_1798,
    0x029b_fcdb_2dce_28d9,
    0x55a0_6295_ce87_0b07,
    0x79be_667e_f9dc_bbac,
];
