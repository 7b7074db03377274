use alloc::string::ToString;

use crate::testing::Scene;

/// Something does not hold, and what is named does not, among others.
#[track_caller]
pub(crate) fn assert_broken(scene: &Scene, label: &str) {
    let report = scene.check().map_err(|report| report.to_string());
    assert!(
        report.as_ref().is_err_and(|report| report.contains(label)),
        "not `{label}`: {report:?}"
    );
}

/// What is named does not hold, and everything else does.
#[track_caller]
pub(crate) fn assert_only_broken(scene: &Scene, label: &str) {
    let report = scene.check().map_err(|report| report.to_string());
    let is_only = |report: &str| report.lines().all(|line| line.contains(label));
    assert!(
        report.as_ref().is_err_and(|report| is_only(report)),
        "not only `{label}`: {report:?}"
    );
}
