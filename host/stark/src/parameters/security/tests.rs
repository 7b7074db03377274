use alloc::vec::Vec;

use p3_field::Field;
use p3_fri::fold_schedule;
use p3_security::logup::{LogUpAir, security_term};
use p3_security::stark::proven_security_report;
use p3_security::{GrindingSites, StarkAirParams};

use super::*;
use crate::Challenge;
use crate::parameters::tests::small;
use crate::parameters::{Grinding, ParametersError};

fn bits(parameters: &Parameters, shape: &InstanceShape) -> f64 {
    parameters.security(shape).unwrap().bits
}

#[test]
fn standard_gives_128_provable_bits_up_to_the_largest_instance() {
    let standard = Parameters::standard();
    let largest = InstanceShape::largest();
    let flat = InstanceShape {
        log_min_height: 22,
        ..largest.clone()
    };
    let short = InstanceShape {
        log_max_height: 10,
        ..largest.clone()
    };
    for shape in [largest, flat, short, small()] {
        standard.require(&shape, 128).unwrap();
        assert!(bits(&standard, &shape) >= 128.0, "{shape:?}");
    }
}

#[test]
fn the_largest_instance_is_what_the_documentation_says() {
    let largest = InstanceShape::largest();
    assert_eq!(largest.log_max_height, 22);
    assert!(largest.num_openings >= 2 * 10_000);
    assert_eq!(largest.num_messages, 100_000_000);
}

/// Each row weakens one parameter and names the term that must then be the weakest.

#[test]
fn every_parameter_of_standard_is_needed_and_its_term_named() {
    type Weaken = fn(&mut Parameters);
    let weakened: [(Weaken, &str); 7] = [
        (|p| p.num_queries -= 10, "queries"),
        // Without it the Johnson regime is the better one, and there combining is what is weak.
        (|p| p.grinding.query = 0, "opening combination"),
        (|p| p.grinding.bus = 0, "bus challenges"),
        (|p| p.grinding.shared_bus = 0, "shared bus challenges"),
        (|p| p.grinding.batch = 0, "opening combination"),
        (|p| p.grinding.fold = 0, "folding"),
        // Alone this term would still be above 128: only the sum falls below.
        (|p| p.grinding.out_of_domain = 0, "queries"),
    ];
    let shape = InstanceShape::largest();
    for (weaken, limiting) in weakened {
        let mut parameters = Parameters::standard();
        weaken(&mut parameters);
        let report = parameters.security(&shape).unwrap();
        assert!(report.bits < 128.0, "{parameters:?} gives {}", report.bits);
        assert_eq!(report.limiting().name, limiting, "{parameters:?}");
        let found = report.bits as u32;
        assert_eq!(
            parameters.require(&shape, 128),
            Err(ParametersError::TooWeak {
                demanded: 128,
                found,
                limiting
            })
        );
        // What it does give may be demanded.
        parameters.require(&shape, found).unwrap();
    }
}

#[test]
fn every_number_of_the_instance_costs_bits() {
    type Enlarge = fn(&mut InstanceShape);
    let enlarged: [(Enlarge, &str); 9] = [
        (|s| s.num_messages <<= 12, "bus challenges"),
        (|s| s.num_shared_messages <<= 14, "shared bus challenges"),
        (|s| s.max_message_width <<= 14, "bus challenges"),
        (|s| s.num_openings <<= 12, "opening combination"),
        (|s| s.max_constraint_degree <<= 12, "out-of-domain point"),
        (|s| s.max_quotient_chunks <<= 12, "out-of-domain point"),
        (|s| s.num_constraints <<= 17, "constraint combination"),
        (|s| s.num_tables <<= 21, "constraint combination"),
        (|s| s.max_points_per_column <<= 8, "queries"),
    ];
    let standard = Parameters::standard();
    for (enlarge, limiting) in enlarged {
        let mut shape = InstanceShape::largest();
        enlarge(&mut shape);
        let report = standard.security(&shape).unwrap();
        assert!(report.bits < 128.0, "{shape:?} gives {}", report.bits);
        assert_eq!(report.limiting().name, limiting, "{shape:?}");
    }
}

/// The two heights cannot be enlarged at will, so they are compared.

#[test]
fn taller_tables_and_shorter_ones_beside_them_cost_bits() {
    let standard = Parameters::standard();
    let shape = |log_min_height, log_max_height| InstanceShape {
        log_max_height,
        log_min_height,
        ..InstanceShape::largest()
    };
    assert!(bits(&standard, &shape(10, 23)) < bits(&standard, &shape(10, 22)));
    assert!(bits(&standard, &shape(8, 22)) < bits(&standard, &shape(10, 22)));
    assert!(bits(&standard, &shape(8, 22)) < 128.0);
}

#[test]
fn the_hash_caps_the_security() {
    let standard = Parameters::standard();
    let narrow = InstanceShape {
        collision_bits: 124,
        ..small()
    };
    let report = standard.security(&narrow).unwrap();
    assert!((report.bits - 124.0).abs() < f64::EPSILON);
    assert_eq!(report.limiting().name, "hash collisions");
    // A cap and not a summand: a hash of exactly 128 bits carries 128.
    let byte_hash = InstanceShape {
        collision_bits: 128,
        ..InstanceShape::largest()
    };
    standard.require(&byte_hash, 128).unwrap();
    assert!(standard.require(&byte_hash, 129).is_err());
}

#[test]
fn conjectured_bits_are_not_counted() {
    // 108 queries at rate 1/2 and 20 bits of grinding were once quoted as 128 bits.
    let parameters = Parameters {
        num_queries: 108,
        ..Parameters::standard()
    };
    // At best half a bit a query is proven at this rate, by the Johnson bound.
    assert!(bits(&parameters, &small()) < 20.0 + 108.0 / 2.0);
}

/// The composition here must never be above the library's own, which takes the minimum of the same terms.

#[test]
fn never_above_the_composition_of_p3_security() {
    let shape = InstanceShape::largest();
    let air = StarkAirParams {
        num_constraints: shape.num_constraints as usize,
        max_constraint_degree: shape.max_constraint_degree as usize,
        num_quotient_chunks: shape.max_quotient_chunks as usize,
        max_combo: shape.max_points_per_column as usize,
    };
    let p3_shape = p3_security::InstanceShape {
        log_trace_length: shape.log_max_height.into(),
        modulus_bits: CHALLENGE_BITS,
        collision_resistance: shape.collision_bits as usize,
        num_batched_functions: shape.num_openings as usize,
    };
    let rate_quarter = Parameters {
        log_blowup: 2,
        num_queries: 131,
        ..Parameters::standard()
    };
    for parameters in [Parameters::standard(), rate_quarter] {
        let fri = parameters.fri(());
        let grinding = GrindingSites {
            out_of_domain: parameters.grinding.out_of_domain.into(),
            lookup_challenge: parameters.grinding.bus.into(),
            ..fri.grinding_sites()
        };
        let bus = LogUpAir {
            num_interactions: usize::try_from(shape.num_messages >> shape.log_max_height).unwrap(),
            max_message_width: shape.max_message_width as usize,
        };
        let extra = security_term(&bus, &p3_shape, &grinding).unwrap();
        let p3 = proven_security_report(&fri.security_regime(), &air, &p3_shape, &[extra], &grinding);

        let udr = parameters.security_in(ProximityRegime::UniqueDecoding, &shape);
        let difference = p3.udr.security_bits() - udr.bits;
        assert!((0.0..1.5).contains(&difference), "unique decoding: {difference}");
        assert!(bits(&parameters, &shape) <= p3.security_bits());
    }
}

#[test]
fn the_sum_is_below_the_weakest_term() {
    let report = Parameters::standard()
        .security(&InstanceShape::largest())
        .unwrap();
    let total: f64 = report.terms.iter().map(|t| libm::exp2(-t.bits)).sum();
    assert!(report.bits < report.limiting().bits);
    // The hash's cap is listed but not summed.
    assert!((report.bits + libm::log2(total)).abs() < 0.01);
}

/// The charge for folding covers the sum over all rounds, for every set of heights that tables may have.

#[test]
fn folding_is_charged_for_all_rounds_of_every_schedule() {
    let (min, max) = (10, 16);
    for max_log_arity in 1..=4 {
        let parameters = Parameters {
            max_log_arity,
            ..Parameters::standard()
        };
        let shape = InstanceShape {
            log_max_height: max,
            log_min_height: min,
            ..InstanceShape::largest()
        };
        let report = parameters.security_in(ProximityRegime::UniqueDecoding, &shape);
        let bits = report
            .terms
            .iter()
            .find(|term| term.name == "folding")
            .unwrap()
            .bits;
        let field_bits = CHALLENGE_BITS + usize::from(parameters.grinding.fold);
        let charged = libm::exp2(field_bits as f64 - bits);

        let fri = parameters.fri(());
        for others in 0..1u32 << (max - min) {
            let joins = |height: &u8| *height == max || others >> (height - min) & 1 == 1;
            let domains = (min..=max)
                .rev()
                .filter(joins)
                .map(|height| usize::from(height) + fri.log_blowup);
            let mut log_domain = usize::from(max) + fri.log_blowup;
            let log_final = fri.log_blowup + fri.log_final_poly_len;
            let mut errors = 0.0;
            for log_arity in fold_schedule(&domains.collect::<Vec<_>>(), log_final, fri.max_log_arity) {
                errors += (libm::exp2(log_arity as f64) - 1.0) * (libm::exp2(log_domain as f64) + 1.0);
                log_domain -= log_arity;
            }
            assert!(
                errors <= charged,
                "arity 2^{max_log_arity}, heights {others:b}: {errors} > {charged}"
            );
        }
    }
}

#[test]
fn the_johnson_regime_is_used_where_it_is_better_and_charges_its_lists() {
    let parameters = Parameters {
        log_blowup: 4,
        num_queries: 62,
        grinding: Grinding {
            batch: 22,
            fold: 20,
            ..Parameters::standard().grinding
        },
        ..Parameters::standard()
    };
    let shape = InstanceShape {
        log_max_height: 16,
        log_min_height: 16,
        num_openings: 500,
        num_messages: 1 << 20,
        ..InstanceShape::largest()
    };
    let best = parameters.security(&shape).unwrap();
    let ProximityRegime::Johnson { m } = best.regime else {
        panic!("{:?}", best.regime)
    };
    parameters.require(&shape, 128).unwrap();

    // Terms 0 (bus) and 2 (constraints) are charged once per codeword of the list, 3 (point) per pair.
    let unique = parameters.security_in(ProximityRegime::UniqueDecoding, &shape);
    let list = libm::log2((m as f64 + 0.5) * 4.0);
    for (term, lists) in [(0, 1.0), (2, 1.0), (3, 2.0)] {
        let lost = unique.terms[term].bits - best.terms[term].bits;
        assert!(
            (lost - lists * list).abs() < 1e-6,
            "{}: {lost}",
            best.terms[term].name
        );
    }
}

#[test]
fn the_field_size_is_rounded_down() {
    assert_eq!(CHALLENGE_BITS, Challenge::bits() - 1);
}

#[test]
fn absurd_numbers_of_the_instance_give_no_security_and_no_panic() {
    let absurd = InstanceShape {
        num_tables: u32::MAX,
        num_constraints: u32::MAX,
        max_constraint_degree: u32::MAX,
        max_quotient_chunks: u32::MAX,
        num_openings: u32::MAX,
        max_points_per_column: u32::MAX,
        num_messages: u64::MAX,
        num_shared_messages: u64::MAX,
        max_message_width: u32::MAX,
        collision_bits: u32::MAX,
        ..InstanceShape::largest()
    };
    assert!(bits(&Parameters::standard(), &absurd) < 1.0);
    let nothing = InstanceShape {
        num_tables: 0,
        num_constraints: 0,
        max_quotient_chunks: 0,
        ..small()
    };
    assert!(bits(&Parameters::standard(), &nothing) < 1.0);
}
