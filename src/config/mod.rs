//! Settings from the command line and the environment: the only place that reads the environment.
//!
//! Every option has an environment variable, a default where one makes sense, and a line of help.

mod commands;
mod forms;
mod sampling;
mod values;

pub use commands::{
    AddStaffSettings, CloseSurveySettings, DemoSettings, DriversSettings, EstimateSettings, ExportKind, ExportSettings,
    ImportSettings, IndexSettings, OpenSurveySettings, Output, ScoreSettings, Selection, TokenSettings,
};

pub use sampling::{
    DrawSettings, Exactness, FrameSettings, MethodName, ResponseSettings, ReturnsSettings, RoundEstimateSettings,
    SizeSettings, StageName,
};

pub use forms::{ExportFormSettings, ImportFormSettings};

use clap::Args;
use ipnet::IpNet;
use std::path::PathBuf;

/// Settings of every command.
#[derive(Debug, Clone, Args)]
pub struct GlobalSettings {
    /// Address of a PostgreSQL database (14 or newer), postgres://USER:PASSWORD@HOST/DATABASE; of several hosts (HOST1,HOST2) the
    /// one that takes writes is used [default: a private one in the data folder].
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Folder of the private PostgreSQL cluster.
    #[arg(long, env = "HAILONG_DATA", default_value = "data", global = true, value_name = "DIR")]
    pub data: PathBuf,
    /// How much is logged: error, warn, info, debug, trace, or a filter such as `hailong=debug`
    /// [default: info for `serve`, warn for the others].
    #[arg(long, env = "HAILONG_LOG", global = true, value_name = "LEVEL", value_parser = values::log_filter)]
    pub log: Option<String>,
    /// Folder with forms and indices [default: survey_forms where it is, else the copy built in].
    #[arg(long, env = "HAILONG_FORMS", global = true, value_name = "DIR")]
    pub forms: Option<PathBuf>,
}

impl GlobalSettings {
    /// The address of the database, if one was named; an empty one names none.
    pub fn database_url(&self) -> Option<&str> {
        self.database_url.as_deref().map(str::trim).filter(|url| !url.is_empty())
    }

    /// The folder of forms: the one that was named, else `survey_forms` where it is; none: the copy built in.
    pub fn forms(&self) -> Option<PathBuf> {
        let here = PathBuf::from("survey_forms");
        self.forms.clone().filter(|folder| !folder.as_os_str().is_empty()).or_else(|| here.is_dir().then_some(here))
    }
}

/// Settings of `serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeSettings {
    /// Address and port to listen on.
    #[arg(long, env = "HAILONG_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub listen: String,
    /// Address at which people reach the service [default: http:// and the listening address].
    #[arg(long, env = "HAILONG_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// How people reach the office about their data, shown in the privacy notice: a telephone number, an address
    /// [default: that they can ask at the office itself].
    #[arg(long, env = "HAILONG_CONTACT", value_name = "TEXT")]
    pub contact: Option<String>,
    /// Address of a replica of the database; figures and exports are read from it while it is fresh enough, else from the
    /// database itself [default: none].
    #[arg(long, env = "DATABASE_REPLICA_URL", hide_env_values = true, value_name = "URL")]
    pub database_replica_url: Option<String>,
    /// How many seconds the replica may be behind and still be read from.
    #[arg(long, env = "HAILONG_REPLICA_LAG", default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=1800))]
    pub replica_lag: u64,
    /// Submissions a minute taken from one device by all servers together; 0: no limit.
    #[arg(long, env = "HAILONG_LIMIT_PER_DEVICE", default_value_t = 10, value_name = "N")]
    pub limit_per_device: u32,
    /// Submissions a minute taken from one address by all servers together; 0: no limit.
    #[arg(long, env = "HAILONG_LIMIT_PER_ADDRESS", default_value_t = 600, value_name = "N")]
    pub limit_per_address: u32,
    /// Networks of proxies on other machines whose X-Forwarded-For is believed, such as 10.0.0.0/8; may be repeated
    /// [default: only a proxy on this machine].
    #[arg(
        long = "trusted-proxy", env = "HAILONG_TRUSTED_PROXIES", value_name = "NET", value_delimiter = ',',
        value_parser = values::network
    )]
    pub trusted_proxies: Vec<IpNet>,
}

impl ServeSettings {
    /// The address of the replica, if one was named; an empty one names none.
    pub fn database_replica_url(&self) -> Option<&str> {
        self.database_replica_url.as_deref().map(str::trim).filter(|url| !url.is_empty())
    }
}
