cmd_fresh() { die 'later'; }
