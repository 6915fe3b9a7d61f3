//! The core: values and total functions. No clock, no database, no HTTP, no files.
//!
//! # Glossary (law: one word for one thing, in code, pages and columns)
//!
//! | here | Vietnamese | means |
//! |---|---|---|
//! | form | mẫu phiếu | a questionnaire, e.g. `sipas_service` |
//! | version | phiên bản | one frozen wording of a form; `sipas_service/2022` names it |
//! | question | câu hỏi | one item of a form, named by its code |
//! | condition | điều kiện | what must hold for a question or a section to be asked |
//! | answer | câu trả lời | what one submission says to one question |
//! | submission | phiếu trả lời | one completed form (never "response", which is HTTP) |
//! | survey | đợt khảo sát | a form version open for answers from one minute to another |
//! | channel | kênh | how the answers came: web, qr, invitation, kiosk, paper, import |
//! | dossier | hồ sơ | one case that an office handles |
//! | procedure | thủ tục hành chính | what the person came for |
//! | unit | cơ quan, đơn vị | the office, or a part of it, that served the person |
//! | factor | yếu tố | a group of criteria within an index |
//! | criterion | tiêu chí | the share of satisfied answers to one question |
//! | index | chỉ số | a tree of factors and criteria with one figure at its root |
//! | tally | bảng đếm | counts of answers, rolled up by day |
//! | breakdown | theo người trả lời | the figures of each option of a question about the respondent |
//! | exclusion | loại phiếu | the fact that somebody took a submission out of the index, with the reason |
//! | moments | mô-men | sums of squares and products of submissions, from which a composite's standard error is worked out |
//! | interval | khoảng 95 % | from where to where a figure may lie by chance |
//! | clear | rõ rệt | of a difference: more than chance, all comparisons of the table considered |
//! | ranks | khoảng hạng | from which to which rank a unit may stand among others |
//! | estimate | ước lượng | a figure of a population worked out from a sample, with its standard error |
//! | stratum, cluster | tầng, cụm | a part of the population drawn from separately; people drawn together |
//! | weight | trọng số | how many people a sampled one stands for |
//! | frame | khung mẫu | the list of the people served, from which a sample is drawn |
//! | draw | lần rút mẫu | a sample taken from a frame by chance, repeatable from its seed |
//! | round | đợt chọn mẫu | a survey of drawn people, each with a code that answers once |
//! | sampled, self-selected | chọn mẫu, tự nguyện | drawn by us; came by themselves (QR, kiosk, web) |
//! | period | kỳ | days from one to another, both included, in Vietnam's time (+07:00) |
//! | receipt | mã biên nhận | the code that proves a submission was stored |
//! | staff | cán bộ | a person of the office who signs in |
//! | scope | phạm vi | the units whose figures a member of staff may see |

pub mod access;
mod answer_check;
pub mod answer_row;
pub mod answers;
pub mod catalogue;
pub mod common_unit;
pub mod condition;
mod condition_check;
mod counted_answers;
pub mod counting;
pub mod decimal;
pub mod disclosure;
mod disclosure_cells;
pub mod disclosure_cube;
mod disclosure_dimension;
mod disclosure_grid;
pub mod disclosure_groups;
mod disclosure_sums;
pub mod email;
pub mod estimate;
pub mod export;
pub mod form;
mod form_check;
pub mod ids;
pub mod import;
pub mod in_turn;
pub mod index;
pub mod limits;
pub mod moments;
pub mod narrowing;
pub mod non_response;
pub mod one_stop_2018;
pub mod password;
pub mod period;
pub mod portal_766;
pub mod procedure;
pub mod receipt;
pub mod respondents;
pub mod round;
pub mod sample_code;
pub mod sampling;
pub mod search;
pub mod session;
pub mod submission;
pub mod survey;
pub mod tally;
pub mod tally_code;
pub mod tally_pack;
pub mod text;
pub mod token;
pub mod unit;
pub mod unit_tree;
pub mod weighting;
pub mod xlsform;
