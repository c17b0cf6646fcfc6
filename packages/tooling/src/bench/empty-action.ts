import * as core from '@actions/core';
import * as github from '@actions/github';

// What `npm run bench -- tag` compares the action with: the toolkit is loaded, and nothing is done.
core.debug(github.context.eventName);
