//! What a design must and must not be.

use super::*;

fn labels(cells: &[&str]) -> Option<Arc<Labels>> {
    Some(Arc::new(Labels::of(cells.iter().copied())))
}

fn faults(columns: DesignColumns) -> Vec<DesignFault> {
    Design::new(columns).map(|d| d.clusters()).expect_err("a fault was planted")
}

#[test]
fn clusters_are_found_within_strata_wherever_their_rows_are() {
    let columns = DesignColumns {
        rows: 7,
        stratum: labels(&["b", "a", "b", "a", "b", "a", "b"]),
        cluster: labels(&["1", "1", "2", "2", "1", "1", "3"]),
        fpc: Some(vec![6.0, 4.0, 6.0, 4.0, 6.0, 4.0, 6.0]),
        ..DesignColumns::default()
    };
    let design = Design::new(columns).unwrap();
    assert_eq!((design.clusters(), design.degrees_of_freedom()), (5, 3), "cluster 1 of a is not cluster 1 of b");
    let mut clusters = Vec::new();
    for cluster in 0..5 {
        let mut rows = Vec::new();
        design.each_row(cluster, |row| rows.push(row));
        clusters.push(rows);
    }
    assert_eq!(clusters, [vec![0, 4], vec![2], vec![6], vec![1, 5], vec![3]]);
    assert_eq!(design.weights(), [2.0; 7], "the population for each cluster drawn");
    assert_eq!(design.strata()[0].factor, (1.0 - 3.0 / 6.0) * 3.0 / 2.0);
}

#[test]
fn without_columns_each_row_is_a_cluster_of_one_stratum() {
    let design = Design::new(DesignColumns { rows: 3, ..DesignColumns::default() }).unwrap();
    assert_eq!((design.clusters(), design.degrees_of_freedom()), (3, 2));
    assert_eq!(design.weights(), [1.0; 3]);
    assert_eq!(design.strata()[0].factor, 1.5);
}

#[test]
fn every_row_at_fault_is_named() {
    let columns = DesignColumns {
        rows: 5,
        stratum: labels(&["a", "", "a", "b", "b"]),
        cluster: labels(&["1", "2", "", "4", "5"]),
        weight: Some(vec![1.0, 0.0, -1.0, f64::INFINITY, f64::NAN]),
        fpc: Some(vec![3.0, 3.0, 4.0, f64::NAN, 0.0]),
    };
    let found = faults(columns);
    use DesignFault::{Blank, Population, PopulationVaries, Weight};
    let varies = PopulationVaries { row: 3, stratum: "a".into(), given: 4.0, before: 3.0 };
    assert_eq!(
        found[..5],
        [Blank(DesignColumn::Stratum, 2), Weight(2, 0.0), Blank(DesignColumn::Cluster, 3), Weight(3, -1.0), varies]
    );
    assert!(matches!(found[5..], [Weight(4, _), Population(4, _), Weight(5, _), Population(5, 0.0)]), "{found:?}");
    let many = DesignColumns { rows: 500, weight: Some(vec![0.0; 500]), ..DesignColumns::default() };
    assert_eq!(faults(many).len(), 100);
}

#[test]
fn every_stratum_at_fault_is_named() {
    let three = |fpc: [f64; 3]| DesignColumns {
        rows: 3,
        stratum: labels(&["a", "a", "b"]),
        cluster: labels(&["1", "2", "3"]),
        fpc: Some(fpc.to_vec()),
        ..DesignColumns::default()
    };
    let too_many = DesignFault::TooManyClusters { stratum: "a".into(), clusters: 2, population: 1.5 };
    assert_eq!(faults(three([1.5, 1.5, 9.0])), [too_many, DesignFault::OneCluster("b".into())]);
    assert_eq!(Design::new(three([5.0, 5.0, 1.0])).unwrap().degrees_of_freedom(), 1, "a stratum counted in full");
    let mut unused = Labels::of(["a", "a", "b"]);
    unused.ids[2] = 0;
    let columns = DesignColumns { rows: 3, stratum: Some(Arc::new(unused)), ..DesignColumns::default() };
    assert_eq!(faults(columns), [DesignFault::EmptyStratum("b".into())]);
}

#[test]
fn columns_have_as_many_rows_as_there_are() {
    assert_eq!(faults(DesignColumns::default()), [DesignFault::NoRows]);
    let columns =
        DesignColumns { rows: 2, weight: Some(vec![1.0]), fpc: Some(vec![1.0; 3]), ..DesignColumns::default() };
    let lengths = [DesignColumn::Weight, DesignColumn::Fpc].map(DesignFault::Length);
    assert_eq!(faults(columns), lengths);
    let one = DesignColumns { rows: 1, ..DesignColumns::default() };
    assert_eq!(faults(one), [DesignFault::OneCluster(String::new())]);
}
