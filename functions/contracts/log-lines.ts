/** Log lines on which an alarm listens: function and stack must mean the same words. */

/** A breaker, or a refusal of SES, has set a hold on a cohort. */
export const HOLD_SET = 'a hold was set';
/** Somebody was shown a page that says that something of ours has failed. */
export const PAGE_FAILED = 'a page failed';
