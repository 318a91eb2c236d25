"""Phone trees that real organisations have published, in our menus: do they come out as they are?"""
