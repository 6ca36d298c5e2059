-- Which messages did this person get?  By the blind index of who it is about.

CREATE INDEX challenges_subject ON challenges (subject, id);
