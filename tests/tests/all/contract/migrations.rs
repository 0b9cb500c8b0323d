//! Migrations go up and down, and nodes that start at once do not disturb each other.

use futures::future::join_all;
use infrastructure_postgres::{MigrationStatus, Migrator};
use open_meeting_tests::TestDatabase;

/// Everything that a schema is made of, as text.
async fn schema(database: &TestDatabase) -> Vec<String> {
    let described = "
        SELECT format('column %s.%s %s null=%s default=%s identity=%s', table_name, column_name, data_type, is_nullable,
                      column_default, is_identity)
          FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'
        UNION ALL
        SELECT format('constraint %s.%s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE '\\_\\_diesel%'
        UNION ALL
        SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_diesel%'
        UNION ALL
        SELECT format('routine %s', routine_name) FROM information_schema.routines WHERE routine_schema = 'public'
        ORDER BY 1";
    database.query(described).await.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn up_down_and_up_again_gives_the_same_schema() {
    let database = TestDatabase::without_schema().await;
    let migrator = Migrator::new(&database.options());
    let known = Migrator::known().unwrap();
    assert_eq!(migrator.status().await.unwrap(), MigrationStatus { applied: vec![], pending: known.clone() });
    let empty = schema(&database).await;

    assert_eq!(migrator.up().await.unwrap(), known);
    let full = schema(&database).await;
    assert!(full.iter().any(|line| line.contains("constraint meetings.meetings_code_key UNIQUE (code)")), "{full:#?}");
    let status = migrator.status().await.unwrap();
    assert_eq!((status.applied.len(), status.pending), (known.len(), vec![]));
    assert_eq!(migrator.up().await.unwrap(), Vec::<String>::new(), "nothing is left to do");

    for _ in &known {
        assert!(migrator.revert_last().await.unwrap().is_some());
    }
    assert_eq!(migrator.revert_last().await.unwrap(), None);
    assert_eq!(schema(&database).await, empty);
    assert_eq!(migrator.up().await.unwrap(), known);
    assert_eq!(schema(&database).await, full);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn nodes_that_start_at_once_migrate_once() {
    let database = TestDatabase::without_schema().await;
    let outcomes = join_all((0..4).map(|_| {
        let migrator = Migrator::new(&database.options());
        tokio::spawn(async move { migrator.up().await.unwrap().len() })
    }))
    .await;
    let mut applied: Vec<usize> = outcomes.into_iter().map(Result::unwrap).collect();
    applied.sort_unstable();
    assert_eq!(applied, [0, 0, 0, Migrator::known().unwrap().len()]);
}

#[tokio::test]
async fn every_constraint_has_a_name_of_its_own() {
    let database = TestDatabase::new().await;
    let automatic = "SELECT conname::text FROM pg_constraint
                     WHERE connamespace = 'public'::regnamespace AND contype = 'c' AND conname ~ '_check[0-9]*$'";
    let names: Vec<String> = database.query(automatic).await.iter().map(|row| row.get(0)).collect();
    assert_eq!(names, Vec::<String>::new());
}
