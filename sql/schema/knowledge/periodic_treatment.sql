-- Main diagnoses whose readmissions are planned (S-DAY). Loaded from knowledge/periodic_treatment.csv.
CREATE TABLE periodic_treatment (
    icd3 VARCHAR NOT NULL,
    note_zh VARCHAR NOT NULL
);
