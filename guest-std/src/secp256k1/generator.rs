//! Multiples of the generator of secp256k1 (SEC 2, section 2.4.1), which the tests compute again.

use super::Point;

/// The generator times 1 to 15: `x`, then `y`, the lowest word first.
#[rustfmt::skip]
pub(super) static MULTIPLES: [Point; 15] = [
    [
        0x59f2_815b_16f8_1798, 0x029b_fcdb_2dce_28d9, 0x55a0_6295_ce87_0b07, 0x79be_667e_f9dc_bbac,
        0x9c47_d08f_fb10_d4b8, 0xfd17_b448_a685_5419, 0x5da4_fbfc_0e11_08a8, 0x483a_da77_26a3_c465,
    ],
    [
        0xabac_09b9_5c70_9ee5, 0x5c77_8e4b_8cef_3ca7, 0x3045_406e_95c0_7cd8, 0xc604_7f94_41ed_7d6d,
        0x2364_31a9_50cf_e52a, 0xf7f6_3265_3266_d0e1, 0xa3c5_8419_466c_eaee, 0x1ae1_68fe_a63d_c339,
    ],
    [
        0x8601_f113_bce0_36f9, 0xb531_c845_836f_99b0, 0x4934_4f85_f89d_5229, 0xf930_8a01_9258_c310,
        0x6cb9_fd75_84b8_e672, 0x6500_a999_34c2_231b, 0x0fe3_37e6_2a37_f356, 0x388f_7b0f_632d_e814,
    ],
    [
        0x74fa_94ab_e8c4_cd13, 0xcc6c_1390_0ee0_7584, 0x581e_4904_930b_1404, 0xe493_dbf1_c10d_80f3,
        0xcfe9_7bdc_4773_9922, 0xd967_ae33_bfbd_fe40, 0x5642_e209_8ea5_1448, 0x51ed_993e_a0d4_55b7,
    ],
    [
        0xcba8_d569_b240_efe4, 0xe88b_84bd_dc61_9ab7, 0x55b4_a725_0a5c_5128, 0x2f8b_de4d_1a07_2093,
        0xdca8_7d3a_a6ac_62d6, 0xf788_271b_ab0d_6840, 0xd4db_a9dd_a6c9_c426, 0xd8ac_2226_36e5_e3d6,
    ],
    [
        0x2f05_7a14_6029_7556, 0x82f6_472f_8568_a18b, 0x2045_3a14_3552_35d3, 0xfff9_7bd5_755e_eea4,
        0x3c87_0c36_b075_f297, 0xde80_f0f6_518f_e4a0, 0xf3be_9601_7f45_c560, 0xae12_777a_acfb_b620,
    ],
    [
        0xe92b_dded_cac4_f9bc, 0x3d41_9b7e_0330_e39c, 0xa398_f365_f2ea_7a0e, 0x5cbd_f064_6e5d_b4ea,
        0xa508_2628_0872_64da, 0xa813_d0b8_13fd_e7b5, 0xa317_8d6d_861a_54db, 0x6aeb_ca40_ba25_5960,
    ],
    [
        0x6778_4ef3_e10a_2a01, 0x0a1b_dd05_e5af_888a, 0xaff3_843f_b70f_3c2f, 0x2f01_e5e1_5cca_351d,
        0xb5da_2cb7_6cbd_e904, 0xc2e2_13d6_ba5b_7617, 0x293d_082a_132d_13b4, 0x5c4d_a8a7_4153_9949,
    ],
    [
        0xc35f_110d_fc27_ccbe, 0xe097_9697_4c57_e714, 0x09ad_178a_9f55_9abd, 0xacd4_84e2_f0c7_f653,
        0x05cc_262a_c64f_9c37, 0xadd8_88a4_375f_8e0f, 0x6438_0971_763b_61e9, 0xcc33_8921_b0a7_d9fd,
    ],
    [
        0x52a6_8e2a_47e2_47c7, 0x3442_d49b_1943_c2b7, 0x3547_7c7b_1ae6_ae5d, 0xa043_4d9e_47f3_c862,
        0x3cbe_e53b_0373_68d7, 0x6f79_4c2e_d877_a159, 0xa3b6_c7e6_93a2_4c69, 0x893a_ba42_5419_bc27,
    ],
    [
        0xbbec_1789_5da0_08cb, 0x5649_980b_e5c1_7891, 0x5ef4_246b_70c6_5aac, 0x774a_e7f8_58a9_411e,
        0x301d_74c9_c953_c61b, 0x372d_b1e2_dff9_d6a8, 0x0243_dd56_d7b7_b365, 0xd984_a032_eb6b_5e19,
    ],
    [
        0xc5b0_f470_70af_e85a, 0x687c_f441_9620_095b, 0x15c3_8f00_4d73_4633, 0xd011_15d5_48e7_561b,
        0x6b05_1b13_f406_2327, 0x7923_8c5d_d9a8_6d52, 0xa8b6_4537_e17b_d815, 0xa9f3_4ffd_c815_e0d7,
    ],
    [
        0xdeed_df8f_1940_5aa8, 0xb075_fbc6_610e_58cd, 0xc7d1_d205_c374_8651, 0xf287_73c2_d975_288b,
        0x29b5_cb52_db03_ed81, 0x3a1a_06da_521f_a91f, 0x7582_12eb_65cd_af47, 0x0ab0_902e_8d88_0a89,
    ],
    [
        0xe49b_241a_60e8_23e4, 0x26aa_7b63_6789_49e6, 0xfd64_e67f_07d3_8e32, 0x499f_df9e_895e_719c,
        0xc65f_40d4_03a1_3f5b, 0x4642_79c2_7a3f_95bc, 0x90f0_44e4_a7b3_d464, 0xcac2_f6c4_b54e_8551,
    ],
    [
        0x44ad_bcf8_e27e_080e, 0x31e5_946f_3c85_f79e, 0x5a46_5ae3_095f_f411, 0xd792_4d4f_7d43_ea96,
        0xc504_dc9f_f6a2_6b58, 0xea40_af2b_d896_d3a5, 0x8384_2ec2_28cc_6def, 0x581e_2872_a86c_72a6,
    ],
];
