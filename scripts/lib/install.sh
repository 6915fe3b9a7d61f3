# What the scripts need from the machine: found when it is there, installed with apt-get when it is missing.
# To be sourced. Never asks a question; installs nothing when everything is there.

say() { printf '%s\n' "$*" >&2; }
give_up() { say "$*"; exit 1; }

missing=()

# need PACKAGES... : to be installed by install_missing.
need() { missing+=("$@"); }

has() { command -v "$1" >/dev/null 2>&1; }

# A toolchain that was installed a moment ago is not yet in the search path of the shell that called us.
find_rust() {
    if ! has cargo && [ -f "${CARGO_HOME:-${HOME:-/root}/.cargo}/env" ]; then
        # shellcheck disable=SC1091
        . "${CARGO_HOME:-${HOME:-/root}/.cargo}/env"
    fi
    has cargo || give_up "The Rust toolchain is missing: install it from https://rustup.rs and try again."
}

oldest_postgres=14

postgres_folders() {
    local found
    if found=$(command -v postgres); then dirname -- "$(readlink -f -- "$found")"; fi
    if has pg_config; then pg_config --bindir; fi
    printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin
}

has_postgres() {
    local folder version
    while IFS= read -r folder; do
        [ -x "$folder/postgres" ] && [ -x "$folder/initdb" ] && [ -x "$folder/psql" ] || continue
        version=$("$folder/postgres" --version 2>/dev/null) || continue
        version=${version##*PostgreSQL) }
        version=${version%%[!0-9]*}
        [ "${version:-0}" -lt "$oldest_postgres" ] || return 0
    done < <(postgres_folders)
    return 1
}

# The newest server that this system offers, once its package lists are fresh.
postgres_package() {
    apt-cache search --names-only '^postgresql-[0-9]+$' | cut -d ' ' -f 1 | sort -t - -k 2 -n | tail -n 1
}

need_postgres() { has_postgres || need POSTGRES; }

has_browser() { has chromedriver && { has chromium || has chromium-browser || has google-chrome; }; }

need_browser() {
    has_browser || need BROWSER
    { has fc-list && [ -n "$(fc-list :lang=vi family)" ]; } || need fontconfig fonts-dejavu-core
}

need_compiler() {
    printf '#include <stdlib.h>\n' | cc -x c -fsyntax-only - 2>/dev/null || need gcc libc6-dev
    has pkg-config || need pkg-config
    { has pkg-config && pkg-config --exists openssl; } || need libssl-dev
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 "$@"
    else
        sudo -n env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 "$@"
    fi
}

# Mirrors fail for a moment and hang for longer: three attempts, none of them endless.
apt_get() {
    local attempt
    for attempt in 1 2 3; do
        if as_root timeout --foreground --kill-after=30 600 apt-get -qq -y \
            -o Acquire::Retries=3 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 \
            -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
            "$@" </dev/null >&2; then
            return 0
        fi
        say "apt-get $1 failed (attempt $attempt of 3)."
        [ "$attempt" -eq 3 ] || sleep $((attempt * 5))
    done
    return 1
}

# The package would make a cluster of its own and start it at every boot; the private one is all we need.
prevent_main_cluster() {
    apt_get install --no-install-recommends postgresql-common || return 1
    as_root mkdir -p /etc/postgresql-common/createcluster.d
    printf 'create_main_cluster = false\n' | as_root tee /etc/postgresql-common/createcluster.d/hailong.conf >/dev/null
}

# What stands for packages whose names differ from system to system, once the lists are fresh.
resolve() {
    local package
    case $1 in
    POSTGRES)
        package=$(postgres_package)
        if [ -z "$package" ] || [ "${package#postgresql-}" -lt "$oldest_postgres" ]; then
            give_up "This system offers no PostgreSQL $oldest_postgres or newer: install one (see" \
                "https://www.postgresql.org/download/linux/), or name a database with DATABASE_URL."
        fi
        printf '%s\n' "$package"
        ;;
    BROWSER)
        if [ -n "$(apt-cache search --names-only '^chromium-driver$')" ]; then
            printf '%s\n' chromium chromium-driver
        else
            printf '%s\n' chromium-browser chromium-chromedriver
        fi
        ;;
    *) printf '%s\n' "$1" ;;
    esac
}

install_missing() {
    [ ${#missing[@]} -gt 0 ] || return 0
    local names="${missing[*]}" name resolved packages=()
    names=${names/POSTGRES/postgresql}
    names=${names/BROWSER/chromium chromium-driver}
    has apt-get || give_up "This machine lacks what the Debian packages $names hold: install that and try again."
    if [ "$(id -u)" -ne 0 ] && ! { has sudo && sudo -n true 2>/dev/null; }; then
        give_up "This machine lacks the packages $names: install them (sudo apt-get install $names) and try again."
    fi
    say "Installing what is missing: $names"
    apt_get update || say "The package lists could not be brought up to date; trying with those that are here."
    for name in "${missing[@]}"; do
        resolved=$(resolve "$name") || exit 1
        mapfile -t -O ${#packages[@]} packages <<<"$resolved"
        if [ "$name" = POSTGRES ]; then
            prevent_main_cluster || give_up "postgresql-common could not be installed: see what apt-get says above."
        fi
    done
    apt_get install --no-install-recommends "${packages[@]}" ||
        give_up "These packages could not be installed: ${packages[*]}. See what apt-get says above, and try again."
    missing=()
}
