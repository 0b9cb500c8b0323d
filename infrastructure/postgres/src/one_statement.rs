//! Several writes as one statement, which is a transaction by itself: one journey to the server instead of four.

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
};

/// `main` with other writes `beside` it (PostgreSQL manual, 7.8.4, "Data-Modifying Statements in WITH"). All of them
/// happen, or none; the count of rows is that of `main`. Foreign keys among them are checked when all have been done.
pub struct OneStatement<'a, Q> {
    main: Q,
    beside: Vec<&'a (dyn QueryFragment<Pg> + Send + Sync)>,
}

impl<'a, Q> OneStatement<'a, Q> {
    pub fn new(main: Q) -> Self {
        Self { main, beside: Vec::new() }
    }

    /// Adds a write, if there is anything to be written.
    pub fn beside(mut self, write: Option<&'a (dyn QueryFragment<Pg> + Send + Sync)>) -> Self {
        self.beside.extend(write);
        self
    }
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for OneStatement<'_, Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for (nth, write) in self.beside.iter().enumerate() {
            out.push_sql(if nth == 0 { "WITH " } else { ", " });
            out.push_sql(NAMES.get(nth).copied().unwrap_or("beside"));
            out.push_sql(" AS (");
            write.walk_ast(out.reborrow())?;
            out.push_sql(")");
        }
        out.push_sql(" ");
        self.main.walk_ast(out)
    }
}

const NAMES: [&str; 4] = ["first", "second", "third", "fourth"];

impl<Q> QueryId for OneStatement<'_, Q> {
    // The text depends on what is written; prepared statements are told apart by it.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
