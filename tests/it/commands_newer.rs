//! A database that is newer than the program: every command says so and leaves it alone.

use crate::support::Database;
use crate::support::service::run;

#[test]
fn a_newer_database_is_refused_by_every_command() {
    let database = Database::new();
    database.execute("insert into __diesel_schema_migrations (version) values ('20991231235959')");
    let file = std::env::temp_dir().join(format!("hailong-newer-{}.zip", std::process::id()));
    let file = file.to_str().unwrap();
    let before = database.text("select count(*) || ' ' || coalesce(max(id), 0) from audit_log");
    for command in [
        &["migrate"][..],
        &["serve", "--listen", "127.0.0.1:0"],
        &["survey", "list"],
        &["survey", "close", "sipas"],
        &["staff", "token", "a@x.vn"],
        &["index", "--survey", "sipas"],
        &["export", "index", "--survey", "sipas", "-o", file],
        &["demo", "5"],
    ] {
        let (code, out, error) = run(database.url(), command, "");
        assert_eq!((code, out.as_str()), (1, ""), "{command:?}: {error}");
        assert!(error.contains("newer than this hailong") && error.contains("20991231235959"), "{command:?}: {error}");
        assert!(error.contains("install the hailong that made them") && error.trim().lines().count() == 1, "{error}");
    }
    assert!(!std::path::Path::new(file).exists());
    assert_eq!(database.text("select count(*) || ' ' || coalesce(max(id), 0) from audit_log"), before);
}
