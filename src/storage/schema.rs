//! The tables as diesel sees them. Made from the migrated database; a test compares the two.

#![allow(missing_docs)] // columns are described in the database itself
diesel::table! {
    units (id) {
        id -> Int8, code -> Text, code_key -> Text, parent_id -> Nullable<Int8>, name_vi -> Text, name_en -> Text,
        kind -> Text, valid_from -> Date, valid_to -> Nullable<Date>, successor -> Nullable<Text>, status -> Text,
    }
}

diesel::table! {
    procedures (id) {
        id -> Int8, code -> Text, name_vi -> Text, name_en -> Text, field_vi -> Text, field_en -> Text,
        valid_from -> Date, valid_to -> Nullable<Date>, status -> Text,
    }
}

diesel::table! {
    procedure_units (procedure_id, unit_id) {
        procedure_id -> Int8, unit_id -> Int8,
    }
}

diesel::table! {
    catalogue_revision (singleton) {
        singleton -> Bool, revision -> Int8,
    }
}

diesel::table! {
    form_versions (id) {
        id -> Int8, name -> Text, hash -> Text, definition -> Jsonb,
    }
}

diesel::table! {
    surveys (id) {
        id -> Int8, code -> Text, form_version_id -> Int8, title_vi -> Text, title_en -> Text, note_vi -> Text,
        note_en -> Text, opens_at -> Timestamptz, closes_at -> Nullable<Timestamptz>, channels -> Array<Int2>,
        basis -> Int2,
    }
}

diesel::table! {
    survey_units (survey_id, unit_id) {
        survey_id -> Int8, unit_id -> Int8,
    }
}

diesel::table! {
    submissions (id) {
        id -> Uuid, survey_id -> Int8, form_version_id -> Int8, unit_id -> Int8, procedure_id -> Nullable<Int8>,
        txid -> Int8, receipt_key -> Nullable<Int8>, day -> Date, channel -> Int2, language -> Int2, flags -> Int2,
        is_demo -> Bool, answers -> Json,
    }
}

diesel::table! {
    exclusions (submission_id, step) {
        id -> Int8, submission_id -> Uuid, step -> Int2, staff_id -> Nullable<Int8>, actor -> Text, reason -> Text,
        made_at -> Timestamptz, txid -> Int8,
    }
}

diesel::table! {
    tallies (survey_id, unit_id, day) {
        survey_id -> Int8, form_version_id -> Int8, unit_id -> Int8, day -> Date, submissions -> Int8, sizes -> Bytea,
        whole -> Bytea, cells -> Bytea,
    }
}

diesel::table! {
    tally_subtrees (survey_id, unit_id, day) {
        survey_id -> Int8, form_version_id -> Int8, unit_id -> Int8, day -> Date, whole -> Bytea, cells -> Bytea,
    }
}

diesel::table! {
    tally_sums (survey_id, unit_id, is_subtree, grain, first_day, procedure_id) {
        survey_id -> Int8, form_version_id -> Int8, unit_id -> Int8, is_subtree -> Bool, grain -> Int2,
        first_day -> Date, procedure_id -> Int8, sizes -> Bytea, counts -> Bytea,
    }
}

diesel::table! {
    tally_groups (survey_id, question, grain, first_day, unit_id) {
        survey_id -> Int8, form_version_id -> Int8, unit_id -> Int8, question -> Int2, grain -> Int2,
        first_day -> Date, sizes -> Bytea, counts -> Bytea,
    }
}

diesel::table! {
    tally_group_days (survey_id, unit_id, day) {
        survey_id -> Int8, form_version_id -> Int8, unit_id -> Int8, day -> Date, counts -> Bytea,
    }
}

diesel::table! {
    tally_watermark (singleton) {
        singleton -> Bool, folded_below -> Int8, cluster -> Text, folded_at -> Nullable<Timestamptz>,
        counted_by -> Text, closed_before -> Date, tree -> Text, catalogue_revision -> Int8, sums_mark -> Uuid,
    }
}

diesel::table! {
    staff (id) {
        id -> Int8, email -> Text, role -> Text, unit_code -> Nullable<Text>, password_hash -> Nullable<Text>,
        created_at -> Timestamptz, ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    staff_sessions (token_hash) {
        token_hash -> Bytea, staff_id -> Int8, created_at -> Timestamptz, seen_at -> Timestamptz,
    }
}

diesel::table! {
    staff_links (token_hash) {
        token_hash -> Bytea, staff_id -> Int8, created_at -> Timestamptz, expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    staff_tokens (token_hash) {
        token_hash -> Bytea, staff_id -> Int8, created_at -> Timestamptz, revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sign_in_failures (id) {
        id -> Int8, name_hash -> Bytea, failed_at -> Timestamptz,
    }
}

diesel::table! {
    settings (name) {
        name -> Text, value -> Bytea,
    }
}

diesel::table! {
    audit_log (id) {
        id -> Int8, at -> Timestamptz, staff_id -> Nullable<Int8>, actor -> Text, action -> Text, subject -> Text,
        detail -> Jsonb,
    }
}

diesel::table! {
    frames (id) {
        id -> Int8, survey_id -> Int8, people -> Int8, imported_at -> Timestamptz, actor -> Text,
    }
}

diesel::table! {
    frame_people (frame_id, number) {
        frame_id -> Int8, number -> Int8, dossier -> Text, unit_id -> Int8, procedure_id -> Nullable<Int8>, kind -> Text,
    }
}

diesel::table! {
    frame_contacts (frame_id, number) {
        frame_id -> Int8, number -> Int8, contact -> Text,
    }
}

diesel::table! {
    draws (id) {
        id -> Int8, frame_id -> Int8, method -> Text, seed -> Int8, parameters -> Jsonb, people -> Int8,
        made_at -> Timestamptz, actor -> Text,
    }
}

diesel::table! {
    drawn (draw_id, number) {
        draw_id -> Int8, number -> Int8, code_hash -> Bytea, stratum -> Text, cluster -> Nullable<Text>,
        probability -> Float8, weight -> Float8, fpc -> Nullable<Float8>, returned_on -> Nullable<Date>,
        outcome -> Nullable<Int2>, rule -> Nullable<Text>, rules -> Nullable<Text>,
        sheet_key -> Nullable<Bytea>, is_mixed -> Bool,
    }
}

diesel::table! {
    sampled_submissions (submission_id) {
        submission_id -> Uuid, draw_id -> Int8, stratum -> Text, cluster -> Nullable<Text>, weight -> Float8,
        fpc -> Nullable<Float8>, flagged_by -> Nullable<Text>, rules -> Text,
    }
}

diesel::table! {
    void_returns (survey_id, key) {
        survey_id -> Int8, key -> Uuid, unit_id -> Nullable<Int8>, rule -> Text, rules -> Text, day -> Date,
    }
}

diesel::table! {
    servers (id) {
        id -> Uuid, heard_at -> Timestamptz,
    }
}

diesel::joinable!(procedure_units -> procedures (procedure_id));
diesel::joinable!(procedure_units -> units (unit_id));
diesel::joinable!(surveys -> form_versions (form_version_id));
diesel::joinable!(survey_units -> surveys (survey_id));
diesel::joinable!(submissions -> surveys (survey_id));
diesel::joinable!(exclusions -> submissions (submission_id));
diesel::joinable!(staff_sessions -> staff (staff_id));
diesel::joinable!(staff_links -> staff (staff_id));
diesel::joinable!(staff_tokens -> staff (staff_id));
diesel::allow_tables_to_appear_in_same_query!(
    units,
    procedures,
    procedure_units,
    catalogue_revision,
    form_versions,
    surveys,
    survey_units,
    submissions,
    exclusions,
    tallies,
    tally_subtrees,
    tally_sums,
    tally_groups,
    tally_group_days,
    tally_watermark,
    staff,
    staff_sessions,
    staff_links,
    staff_tokens,
    sign_in_failures,
    settings,
    audit_log,
);
