//! The names of `Defaults` in sudoers(5), and which of them take no value or a number: what sudo does not take it passes over.

/// Those that are set or not.
const FLAGS: &str = "always_query_group_plugin always_set_home case_insensitive_group case_insensitive_user closefrom_override \
    compress_io env_editor env_reset exec_background fast_glob fqdn ignore_audit_errors ignore_dot ignore_iolog_errors \
    ignore_local_sudoers ignore_logfile_errors ignore_unknown_defaults insults intercept intercept_allow_setid \
    intercept_authenticate intercept_verify iolog_flush log_allowed log_denied log_exit_status log_host log_input log_output \
    log_passwords log_server_keepalive log_server_verify log_stderr log_stdin log_stdout log_subcmds log_ttyin log_ttyout log_year \
    long_otp_prompt mail_all_cmnds mail_always mail_badpass mail_no_host mail_no_perms mail_no_user match_group_by_gid \
    netgroup_tuple noexec noninteractive_auth pam_acct_mgmt pam_rhost pam_ruser pam_session pam_setcred pam_silent \
    passprompt_override path_info preserve_groups pwfeedback requiretty root_sudo rootpw runas_allow_unknown_id runas_check_shell \
    runaspw selinux set_home set_logname set_utmp setenv shell_noargs stay_setuid sudoedit_checkdir sudoedit_follow syslog_pid \
    targetpw tty_tickets umask_override use_loginclass use_netgroups use_pty user_command_timeouts utmp_runas visiblepw";

/// Those that take a number.
const NUMBERS: &str = "closefrom loglinelen passwd_timeout passwd_tries syslog_maxlen timestamp_timeout";

/// Those that take anything else.
const VALUES: &str = "admin_flag apparmor_profile authfail_message badpass_message cmddenial_message command_timeout editor \
    env_check env_delete env_file env_keep exempt_group fdexec group_plugin group_source intercept_type iolog_dir iolog_file \
    iolog_group iolog_mode iolog_user json_compact lecture lecture_file lecture_status_dir limitprivs listpw log_format \
    log_server_cabundle log_server_peer_cert log_server_peer_key log_server_timeout log_servers logfile mailerflags mailerpath \
    mailfrom mailsub mailto maxseq noexec_file pam_askpass_service pam_login_service pam_service passprompt passprompt_regex privs \
    restricted_env_file rlimit_as rlimit_core rlimit_cpu rlimit_data rlimit_fsize rlimit_locks rlimit_memlock rlimit_nofile \
    rlimit_nproc rlimit_rss rlimit_stack role runas_default runchroot runcwd secure_path sudoers_locale syslog syslog_badpri \
    syslog_goodpri timestamp_type timestampdir timestampowner type umask verifypw";

/// The name that a setting sets.
pub(super) fn name(setting: &str) -> &str {
    setting.trim_start_matches('!').trim_start().split(['=', '+', '-', ' ']).next().unwrap_or_default()
}

/// Whether sudo takes the setting.
pub(super) fn is_sound(setting: &str) -> bool {
    let name = name(setting);
    let value = setting.split_once('=').map(|(_, value)| value.trim());
    let is_one_of = |names: &str| names.split_ascii_whitespace().any(|known| known == name);
    if is_one_of(NUMBERS) {
        // What is negated has none.
        return setting.starts_with('!') || value.is_some_and(|value| value.parse().is_ok_and(f64::is_finite));
    }
    is_one_of(VALUES) || value.is_none() && is_one_of(FLAGS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `visudo -c` of sudo 1.9.13 answers.
    #[test]
    fn settings_are_taken_as_sudo_takes_them() {
        for sound in [
            "env_reset",
            "!insults",
            "passwd_tries=3",
            "timestamp_timeout=-1.5",
            "timestamp_timeout = 5",
            "!passwd_timeout",
            "env_keep += A B",
            "secure_path=/usr/sbin:/usr/bin",
            "listpw",
            "log_format=json",
        ] {
            assert!(is_sound(sound), "{sound}");
        }
        for refused in
            ["foo", "!foo", "foo=1", "env_reset=1", "passwd_tries", "passwd_tries=x", "closefrom=nan", "", "="]
        {
            assert!(!is_sound(refused), "{refused}");
        }
        let names = [FLAGS, NUMBERS, VALUES].join(" ");
        let names: Vec<&str> = names.split_ascii_whitespace().collect();
        let distinct: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len(), "each name stands once");
    }
}
