import * as github from '@actions/github';
// The toolkit as it is published: what our packages import as @actions/core has a light HTTP client below it.
import * as core from 'toolkit-core';

// What `npm run bench -- tag` compares the action with: the toolkit is loaded, and nothing is done.
core.debug(github.context.eventName);
