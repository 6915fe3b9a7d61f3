//! HTTP: the citizen's pages (`public`), the staff's pages (`staff`), machines (`api`). The only place that names actix.
//!
//! Handlers read through storage and write through actions; what they share is here: the app's state, the view of a request,
//! errors, headers, assets.

pub mod api;
pub mod around;
pub mod assets;
pub mod conditions;
pub mod error;
pub mod headers;
pub mod limits;
pub mod path;
pub mod patience;
pub mod public;
pub mod staff;
pub mod trace;
pub mod view;

use crate::catalog::Library;
use crate::intake::Intake;
use crate::storage::Db;
use crate::storage::kept_sizes::KeptSizes;
use crate::storage::servers::Presence;
use crate::storage::shelf::Shelf;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as ActixApp, HttpServer, web};
use ipnet::IpNet;
use std::net::TcpListener;
use std::sync::Arc;

/// What every handler may use.
pub struct App {
    /// The database.
    pub db: Db,
    /// The batching writer.
    pub intake: Intake,
    /// The catalogue at hand.
    pub shelf: Arc<Shelf>,
    /// Sizes that figures were judged by, for whoever asks next.
    pub kept_sizes: Arc<KeptSizes>,
    /// The forms and index definitions as files have them.
    pub library: Arc<Library>,
    /// The secret behind receipts and form tokens.
    pub secret: Vec<u8>,
    /// Where the service is reached from outside, without a slash at the end.
    pub public_url: String,
    /// How people reach the office about their data.
    pub contact: Option<String>,
    /// Submissions a minute for one device; 0: no limit.
    pub limit_per_device: u32,
    /// Submissions a minute for one address; 0: no limit.
    pub limit_per_address: u32,
    /// Proxies on other machines whose `X-Forwarded-For` is believed, as that of one on this machine is.
    pub trusted_proxies: Vec<IpNet>,
    /// This server among those of its database.
    pub presence: Arc<Presence>,
    /// Rate limits, metrics and whatever else the parts keep for themselves.
    pub public: public::PublicState,
    /// The same for machines.
    pub api: api::ApiState,
    /// The same for the staff's pages.
    pub staff: staff::StaffState,
}

impl App {
    /// Whether people reach the service over TLS, so that cookies may be kept to it.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https:")
    }
}

/// Handlers take this.
pub type AppData = web::Data<App>;

/// Runs the server on a listening socket until it is told to stop.
pub fn server(app: App, listener: TcpListener) -> std::io::Result<actix_web::dev::Server> {
    let app = web::Data::new(app);
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(app.clone())
            .configure(api::intake)
            .configure(public::routes)
            .configure(api::routes)
            .configure(staff::routes)
            .configure(assets::routes)
            .default_service(web::route().to(error::no_such_page))
            .wrap(from_fn(around::answer))
            .wrap(Compress::default())
            .wrap(from_fn(around::watch))
    });
    Ok(server.disable_signals().shutdown_timeout(10).listen(listener)?.run())
}

/// Runs a future on a runtime of one thread, for as long as it takes; threads that still wait for a database then are left
/// behind, since they could wait for ever. For once in a program.
///
/// No `System` of the web framework: without one its workers end with a runtime of their own, and what they still hold is dropped
/// while their threads are whole.
pub fn block_on<T>(work: impl Future<Output = T>) -> std::io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(work);
    // Dropped, it would wait for those threads.
    std::mem::forget(runtime);
    Ok(outcome)
}
