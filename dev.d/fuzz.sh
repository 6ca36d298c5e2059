cmd_fuzz() { die 'later'; }
