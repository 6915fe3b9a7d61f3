drop table void_returns;
drop table sampled_submissions;
drop table drawn;
drop table draws;
drop table frame_contacts;
drop table frame_people;
drop table frames;
