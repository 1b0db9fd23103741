# what runs on devices
EXTRA_DIST += device/et-phone-home
