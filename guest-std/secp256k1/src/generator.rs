//! Multiples of the generator of secp256k1 (SEC 2, section 2.4.1), which the tests compute again.

use crate::coordinates::{Coordinates, Multiples};

/// The generator.
#[rustfmt::skip]
pub(crate) const GENERATOR: Coordinates = [
    0x59f2_815b_16f8_1798, 0x029b_fcdb_2dce_28d9, 0x55a0_6295_ce87_0b07, 0x79be_667e_f9dc_bbac,
    0x9c47_d08f_fb10_d4b8, 0xfd17_b448_a685_5419, 0x5da4_fbfc_0e11_08a8, 0x483a_da77_26a3_c465,
];

/// The generator times 1 to 15.
#[rustfmt::skip]
pub(crate) static LOW: Multiples = [
    [0; 8],
    GENERATOR,
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

/// 2^128 times the generator, times 1 to 15.
#[rustfmt::skip]
pub(crate) static HIGH: Multiples = [
    [0; 8],
    [
        0x1b7b_444c_9ec4_c0da, 0xe88c_5678_723e_a335, 0x9239_c1ad_981f_162e, 0x8f68_b9d2_f63b_5f33,
        0xf23c_bf79_501f_ff82, 0xbbea_2cfe_9551_0bfd, 0xde1d_90c2_b6be_215d, 0x662a_9f2d_ba06_3986,
    ],
    [
        0xe684_7df8_4cf2_7076, 0xd898_58ad_e762_7eae, 0xfcaf_ebe7_7fd9_af59, 0x4d49_aefd_784e_8158,
        0x6b90_b662_03aa_781e, 0x6e0f_2d1a_7df4_d846, 0xe723_f210_359c_a6f0, 0xcd32_fc59_a10d_d135,
    ],
    [
        0x18e2_b8ed_d238_09fa, 0xfd84_5cb3_51d9_54be, 0x8ba9_3363_f245_1f08, 0x3838_1dbe_2e50_9f22,
        0xbd70_7518_331f_ed52, 0x3681_fccb_32d8_f24d, 0xb094_05a5_520e_b1cc, 0xe4a3_2d0a_0fb9_17dc,
    ],
    [
        0xe8db_cb57_29b6_2026, 0x8d2a_3de0_889d_1d4e, 0x37d6_619e_1f5c_5aa7, 0x7564_539e_85d5_6f85,
        0x4172_c8fa_dace_0cf3, 0x684a_acd9_54b7_9f33, 0x5231_df52_4a72_2925, 0xc1d6_8541_3749_b3c6,
    ],
    [
        0x3ea4_2648_97c2_a310, 0xf186_aea5_4012_2630, 0xf692_1b82_aa46_99a1, 0x4926_2724_e437_2ae6,
        0x0c41_b681_5e27_ded0, 0x6d16_3612_a75f_f8ce, 0x5a2c_fa56_9714_303b, 0x1337_e773_bca7_abf9,
    ],
    [
        0xf816_6c19_0366_3da4, 0xa5a3_6291_9f5d_0b81, 0x6808_a6ed_7c44_aa2b, 0x6a66_4a35_6aa5_705e,
        0xc283_13fb_33fc_22c4, 0x0899_1612_7e6c_04c9, 0x29f8_6ec1_96bf_0cd5, 0x449a_1259_54fd_e98b,
    ],
    [
        0x1384_b079_cebd_2d31, 0x4dcc_1a56_ff06_db8d, 0xd5e2_53b3_e477_e2f8, 0xe306_568c_1a24_0c90,
        0x692b_4083_9254_6e44, 0xffbc_8042_be37_3826, 0x888f_2b10_7f7d_0db6, 0x0eac_6fe3_7893_4260,
    ],
    [
        0x5364_dacd_57b4_a278, 0x78f6_1a5f_1ff4_082b, 0x6746_ff30_1ad9_ccc8, 0x210a_917a_d9df_2779,
        0x7f27_13fd_0c7b_2231, 0x3789_e61a_aff2_0bfc, 0x7a39_be81_f8d6_737d, 0x670e_1b54_50b5_e57b,
    ],
    [
        0xc530_c39e_3631_36b0, 0x74eb_f8d9_aab4_1dd9, 0x271b_0e76_23fb_d633, 0x3b9e_100e_2428_cefc,
        0x953e_c16f_6cdb_bc8a, 0xa2ae_28a3_3ad3_1f81, 0xdf15_33eb_8f47_5b26, 0xfafb_9815_2d16_bb71,
    ],
    [
        0xea98_eb53_dd90_124e, 0xc1e8_0268_5281_c85d, 0x77e9_a194_6db3_8156, 0x7aea_ca93_c06c_5541,
        0x3f50_7810_2202_1e31, 0x59bc_1bf9_b90a_904b, 0x4fac_aff0_46c1_d951, 0xdfb2_9b19_0c13_90f0,
    ],
    [
        0x9608_f047_2f48_5d3f, 0x17ca_0768_8107_beee, 0x2b76_ca80_f5de_def7, 0xbb0a_ad49_712a_c9a9,
        0xe793_9250_3ca2_f975, 0x895a_5afa_3167_0bff, 0x8ecd_201f_7297_da34, 0xea69_9c53_c583_5479,
    ],
    [
        0x70f7_02d5_05ed_815e, 0x66f4_40ab_c1c0_17b4, 0xebb5_fad2_1954_7ad1, 0x5568_dac6_79f7_4a32,
        0xd9bb_f64c_0060_2df0, 0xeb05_f7ee_e258_2151, 0x580d_6fe0_1d07_3f2b, 0x7a85_f874_2788_ba64,
    ],
    [
        0x4aee_d33a_3671_8dc9, 0xe1e5_8b4d_b011_23de, 0xd4e8_eb19_7afe_0113, 0x7909_0ac8_e4ee_fcc0,
        0x9633_22b1_1cfa_e7c5, 0xdd36_afb7_0ba9_008b, 0x13d8_16cb_cd9a_aa56, 0xeaab_722b_9190_5b8f,
    ],
    [
        0xabec_1bdc_2e44_a0c8, 0x2c9b_e740_2ee2_9932, 0xbc9b_ae60_0c74_36c3, 0x601e_9e88_4807_943c,
        0x5479_3412_ba00_e557, 0x424e_0c5a_6b46_e659, 0x714b_8cfa_9ffa_bbb1, 0x5a7a_22aa_6fdc_8ecc,
    ],
    [
        0xa269_694c_7f60_c7d1, 0x8dd7_1de7_cd77_5ad2, 0x1c03_dbbc_e549_ba66, 0xe77c_81ad_e9f9_7b55,
        0x4ec5_81f2_82d7_2449, 0x6314_70f7_1c29_86d3, 0xc5fc_3b32_3ea8_1543, 0x3acf_1478_eef8_1321,
    ],
];

/// -2^128 times the generator.
#[rustfmt::skip]
pub(crate) static MINUS_HIGH: Coordinates = [
    0x1b7b_444c_9ec4_c0da, 0xe88c_5678_723e_a335, 0x9239_c1ad_981f_162e, 0x8f68_b9d2_f63b_5f33,
    0x0dc3_4085_afdf_fcad, 0x4415_d301_6aae_f402, 0x21e2_6f3d_4941_dea2, 0x99d5_60d2_45f9_c679,
];
