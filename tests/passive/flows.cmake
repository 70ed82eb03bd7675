ucready_test(flows_test SOURCES flow_index_test.cc flow_table_test.cc tcp_side_test.cc USES passive)
