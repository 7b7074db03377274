//! How large an instance is: what the security of its proof depends on besides parameters.

use p3_air::BaseAir;
use p3_field::PrimeCharacteristicRing;

use crate::analysis::{MAX_DEGREE, Scope};
use crate::domain::TableRowDomain;
use crate::field::{Challenge, Val};
use crate::hash::Hash;
use crate::keys::VerifyingKey;
use crate::layout::QuotientParts;
use crate::logup::num_constraints;
use crate::parameters::InstanceShape;
use crate::rounds::plan;

impl<T: BaseAir<Val>, H: Hash> VerifyingKey<T, H> {
    /// The shape of an instance whose tables have these rows; on shared buses, it and other proofs have so many messages.
    pub(crate) fn instance(&self, domains: &[TableRowDomain], num_shared_messages: u64) -> InstanceShape {
        let tables = || self.present(domains);
        let num_constraints: usize = tables()
            .map(|(_, entry, _)| entry.shape.constraints.len() + num_constraints(&entry.shape.sums))
            .sum();
        // The plan's sizes do not depend on the point.
        let rounds = plan(self, domains, Challenge::ZERO);
        let matrices = || rounds.iter().flat_map(|(_, matrices)| matrices);
        let num_openings: usize = matrices().map(|matrix| matrix.width * matrix.points.len()).sum();
        let widths = tables()
            .flat_map(|(_, entry, _)| &entry.shape.interactions)
            .map(|i| i.fields.len());
        let parts = tables().map(|(_, _, domain)| QuotientParts::new(domain, &self.parameters).num_full + 1);
        let log_heights = tables().map(|(_, _, domain)| domain.log_height_byte());
        InstanceShape {
            log_max_height: log_heights.max().unwrap_or(0),
            log_min_height: matrices()
                .map(|matrix| matrix.log_height as u8)
                .min()
                .unwrap_or(0),
            num_tables: tables().count() as u32,
            num_constraints: num_constraints as u32,
            max_constraint_degree: MAX_DEGREE as u32,
            max_quotient_chunks: parts.max().unwrap_or(1) as u32,
            num_openings: num_openings as u32,
            max_points_per_column: matrices().map(|matrix| matrix.points.len()).max().unwrap_or(1) as u32,
            num_messages: self.num_messages(domains, Scope::Proof),
            num_shared_messages,
            max_message_width: widths.max().unwrap_or(0) as u32,
            collision_bits: H::COLLISION_BITS,
        }
    }
}
