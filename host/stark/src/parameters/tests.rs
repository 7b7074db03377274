use alloc::string::ToString;

use super::*;

/// A few columns, one short table.
pub(super) fn small() -> InstanceShape {
    InstanceShape {
        log_max_height: 10,
        num_tables: 1,
        num_constraints: 3,
        max_constraint_degree: 2,
        max_quotient_chunks: 1,
        num_openings: 9,
        num_messages: 0,
        num_shared_messages: 0,
        ..InstanceShape::largest()
    }
}

#[test]
fn more_grinding_than_a_witness_can_prove_is_refused_at_every_site() {
    type Site = fn(&mut Grinding) -> &mut u8;
    let sites: [(Site, &str); 6] = [
        (|g| &mut g.bus, "bus"),
        (|g| &mut g.shared_bus, "shared bus"),
        (|g| &mut g.out_of_domain, "out-of-domain"),
        (|g| &mut g.batch, "batch"),
        (|g| &mut g.fold, "fold"),
        (|g| &mut g.query, "query"),
    ];
    for (field, site) in sites {
        let mut parameters = Parameters::standard();
        *field(&mut parameters.grinding) = MAX_GRINDING_BITS;
        parameters.validate().unwrap();
        for bits in [27, 31, 32, 33, 63, 64, 128, 255] {
            *field(&mut parameters.grinding) = bits;
            let refused = Err(ParametersError::Grinding { site, bits });
            assert_eq!(parameters.validate(), refused);
            // However little the verifier demands.
            assert_eq!(parameters.require(&small(), 0), refused);
        }
    }
}

#[test]
fn numbers_out_of_range_are_refused() {
    type Spoil = fn(&mut Parameters);
    let spoilt: [(Spoil, &str); 7] = [
        (|p| p.log_blowup = 0, "log_blowup is 0, but must be from 1 to 8"),
        (|p| p.log_blowup = 9, "log_blowup is 9, but must be from 1 to 8"),
        (
            |p| p.num_queries = 0,
            "num_queries is 0, but must be from 1 to 1024",
        ),
        (
            |p| p.num_queries = 1025,
            "num_queries is 1025, but must be from 1 to 1024",
        ),
        (
            |p| p.max_log_arity = 0,
            "max_log_arity is 0, but must be from 1 to 4",
        ),
        (
            |p| p.max_log_arity = 5,
            "max_log_arity is 5, but must be from 1 to 4",
        ),
        (
            |p| p.log_final_poly_len = 13,
            "log_final_poly_len is 13, but must be from 0 to 12",
        ),
    ];
    for (spoil, message) in spoilt {
        let mut parameters = Parameters::standard();
        spoil(&mut parameters);
        assert_eq!(parameters.validate().unwrap_err().to_string(), message);
        assert_eq!(parameters.require(&small(), 0).unwrap_err().to_string(), message);
    }
}

#[test]
fn heights_that_cannot_be_proven_are_refused() {
    let standard = Parameters::standard();
    let refusal = |log_min_height, log_max_height| {
        let shape = InstanceShape {
            log_max_height,
            log_min_height,
            ..small()
        };
        standard.require(&shape, 0).unwrap_err()
    };
    assert_eq!(
        refusal(10, 24),
        ParametersError::TableTooTall {
            log_height: 24,
            log_max: 23
        }
    );
    assert_eq!(
        refusal(255, 255),
        ParametersError::TableTooTall {
            log_height: 255,
            log_max: 23
        }
    );
    assert_eq!(
        refusal(7, 10),
        ParametersError::TableTooShort {
            log_height: 7,
            log_final_poly_len: 7
        }
    );
    assert_eq!(
        refusal(11, 10),
        ParametersError::HeightsReversed {
            log_min_height: 11,
            log_max_height: 10
        }
    );
}

#[test]
fn the_test_parameters_are_valid_and_refused_by_any_verifier_that_asks_for_security() {
    let fast = Parameters::fast_insecure_for_tests();
    fast.validate().unwrap();
    assert!(matches!(
        fast.require(&small(), 10),
        Err(ParametersError::TooWeak { demanded: 10, .. })
    ));
}

#[test]
fn fri_is_given_every_number() {
    let parameters = Parameters {
        log_blowup: 1,
        num_queries: 2,
        log_final_poly_len: 3,
        max_log_arity: 4,
        grinding: Grinding {
            bus: 10,
            shared_bus: 11,
            out_of_domain: 12,
            batch: 13,
            fold: 14,
            query: 15,
        },
    };
    let fri = parameters.fri(());
    assert_eq!(
        [
            fri.log_blowup,
            fri.num_queries,
            fri.log_final_poly_len,
            fri.max_log_arity
        ],
        [1, 2, 3, 4]
    );
    assert_eq!(
        [
            fri.batch_proof_of_work_bits,
            fri.commit_proof_of_work_bits,
            fri.query_proof_of_work_bits
        ],
        [13, 14, 15]
    );
}
