//! Sentences of searches that people keep, and of many records that are changed at once.

/// Key and sentence.
pub(super) const ENGLISH: &[(&str, &str)] = &[
    ("health_of_now", "the health of the CMDB is told of now only"),
    ("one_line", "it stands on one line"),
    ("search_taken", "you have a saved search of the name {name} already"),
    ("searches_full", "{max} saved searches are kept for a person; remove one first"),
    ("query_not_kept", "of {field} only the present is kept; of the past can be asked {fields}"),
    ("bulk_most", "at most {max} are changed at once"),
    ("bulk_either", "give either a filter or a list of items"),
    ("search_columns", "at most {max} columns are possible"),
    ("search_column_twice", "the column {column} stands twice"),
    (
        "search_too_many",
        "more than {max} records are meant: too many to sort; narrow the question down, or leave the order out",
    ),
];
