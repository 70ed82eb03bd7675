# The site file's reader, a library of its own so that its tests and fuzz targets need nothing else of the program.
ucready_room(site SOURCES address_range.cc csv_text.cc flow_brackets.cc identity_places.cc order_file.cc site_clusters.cc site_csv.cc site_facts.cc site_file.cc site_hops.cc
                          site_names.cc site_order.cc site_paths.cc site_reading.cc site_settings.cc whole_file.cc
             USES core tls upgrade THIRD_PARTY PkgConfig::yaml_cpp)
