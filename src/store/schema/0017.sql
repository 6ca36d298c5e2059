-- Closed cases whose words are still kept: for the keeper, when it forgets.
CREATE INDEX cases_words ON cases (changed_at)
	WHERE status = 1 AND LENGTH(words) > 0;
