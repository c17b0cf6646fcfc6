// What promotion records are known by, for who looks for them and reads none: a door of its own, behind which stands
// nothing that verifies.
export { HEAD_TAG_PREFIX, headTag, isHeadTag } from './record/head-tag.ts';
export { foreignPromotionProblem } from './record/promotion-place.ts';
export { PROMOTION_RECORD_TYPE } from './record/record.ts';
