//! Recorded hosts of several clouds, and a metadata service on loopback.

use std::io::{Read, Write};
use std::net::TcpListener;

use proptest::prelude::*;

use super::*;

fn tree(files: &[(&str, &str)]) -> (tempfile::TempDir, Root) {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let root = Root::at(directory.path());
    (directory, root)
}

const VENDOR: &str = "sys/class/dmi/id/sys_vendor";
const PRODUCT: &str = "sys/class/dmi/id/product_name";
const WRITTEN: &str = "var/lib/cloud/data/instance-id";
const DATA: &str = r##"{"userdata": "#!/bin/sh\npassword=hunter2", "ds": {"meta_data": {"public-keys": "k"}},
    "v1": {"cloud_name": "aws", "instance_id": "i-0abc", "region": "eu-west-1", "userdata": "x"}}"##;

#[test]
fn clouds_are_known_by_firmware_and_by_what_cloud_init_wrote() {
    let azure = "sys/class/dmi/id/chassis_asset_tag";
    for (files, expected) in [
        (vec![(VENDOR, "Amazon EC2\n")], (Some("aws"), None, None)),
        (
            vec![(VENDOR, "Amazon EC2\n"), ("sys/class/dmi/id/board_asset_tag", "i-0now\n"), (WRITTEN, "i-0old\n")],
            (Some("aws"), Some("i-0now"), None),
        ),
        (vec![("sys/hypervisor/uuid", "ec2f1e2d-x\n")], (Some("aws"), None, None)),
        (vec![("run/cloud-init/instance-data.json", DATA)], (Some("aws"), Some("i-0abc"), Some("eu-west-1"))),
        (vec![(PRODUCT, "Google Compute Engine\n"), (WRITTEN, "123456\n")], (Some("gce"), Some("123456"), None)),
        (vec![(azure, "7783-7084-3265-9085-8269-3286-77\n")], (Some("azure"), None, None)),
        (vec![("run/cloud-init/cloud-id", "azure-china\n")], (Some("azure-china"), None, None)),
        (vec![(VENDOR, "Hetzner\n"), (WRITTEN, "4711\n")], (Some("hetzner"), Some("4711"), None)),
        // A disk image that has left its cloud, and one that never was in any.
        (vec![(VENDOR, "Dell Inc.\n"), (WRITTEN, "i-0old\n")], (None, None, None)),
        (vec![("run/cloud-init/cloud-id", "nocloud\n"), (WRITTEN, "iid-local01\n")], (None, None, None)),
        (vec![("run/cloud-init/instance-data.json", "{\"v1\": 7}")], (None, None, None)),
    ] {
        let (_directory, root) = tree(&files);
        let mut item = Item::new("host");
        let mut problems = Vec::new();
        describe(&root, None, &mut item, &mut problems);
        let is_broken = files.iter().any(|(_, text)| text.contains("{\"v1\": 7}"));
        assert_eq!(problems.len(), usize::from(is_broken), "{problems:?}");
        let found = (item.text("cloud_provider"), item.text("cloud_instance_id"), item.text("cloud_region"));
        assert_eq!(found, expected, "{files:?}");
        assert!(!format!("{item:?}").contains("hunter2"));
    }
}

#[test]
fn what_no_cloud_writes_is_said_and_not_told() {
    let data = "{\"v1\": {\"cloud_name\": \"aws\", \"instance_id\": \"i-\\u001b[2J\", \"region\": \"eu west\"}}";
    let (_directory, root) = tree(&[("run/cloud-init/instance-data.json", data), (WRITTEN, "i-0abc\n")]);
    let (mut item, mut problems) = (Item::new("host"), Vec::new());
    describe(&root, None, &mut item, &mut problems);
    assert_eq!((item.text("cloud_instance_id"), item.text("cloud_region")), (Some("i-0abc"), None));
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(!problems.iter().any(|problem| problem.message.contains('\u{1b}')), "{problems:?}");
}

/// A service that answers each request by its first line; `None` is 404.
fn serve(answer: impl Fn(&str) -> Option<&'static str> + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 1024];
            while !request.ends_with(b"\r\n\r\n") {
                let count = stream.read(&mut buffer).unwrap();
                assert_ne!(count, 0);
                request.extend_from_slice(&buffer[..count]);
            }
            let request = String::from_utf8(request).unwrap();
            let text = match answer(&request) {
                Some(body) => format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()),
                None => "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno".to_owned(),
            };
            stream.write_all(text.as_bytes()).unwrap();
        }
    });
    address
}

fn identity(provider: &str, instance_id: &str, region: &str) -> Identity {
    let some = |text: &str| Some(text.to_owned());
    Identity { provider: some(provider), instance_id: some(instance_id), region: some(region) }
}

#[test]
fn each_cloud_is_asked_in_its_own_way() {
    let ec2 = serve(|request| {
        let has_token = request.contains("X-aws-ec2-metadata-token: T0K=\r\n");
        match request.split(' ').take(2).collect::<Vec<_>>()[..] {
            ["PUT", "/latest/api/token"] => Some("T0K="),
            ["GET", "/latest/meta-data/instance-id"] if has_token => Some("i-0123"),
            ["GET", "/latest/meta-data/placement/region"] if has_token => Some("eu-central-1"),
            _ => None,
        }
    });
    assert_eq!(metadata::ask(ec2, None), Some(identity("aws", "i-0123", "eu-central-1")));
    assert_eq!(metadata::ask(ec2, Some("gce")), None);
    let gce = serve(|request| {
        let is_google = request.contains("Metadata-Flavor: Google\r\n");
        match request.split(' ').nth(1)? {
            "/computeMetadata/v1/instance/id" if is_google => Some("42"),
            "/computeMetadata/v1/instance/zone" if is_google => Some("projects/1/zones/europe-west1-b"),
            _ => None,
        }
    });
    assert_eq!(metadata::ask(gce, None), Some(identity("gce", "42", "europe-west1")));
    let azure = serve(|request| {
        let path = request.split(' ').nth(1).filter(|_| request.contains("Metadata: true\r\n"))?;
        path.contains("/compute/vmId?").then_some("8a-b").or(path.contains("/location?").then_some("westeurope"))
    });
    assert_eq!(metadata::ask(azure, Some("azure")), Some(identity("azure", "8a-b", "westeurope")));
    // Something else on that address, such as a captive portal.
    let other = serve(|_| Some("<html>please log in</html>"));
    assert_eq!(metadata::ask(other, None), None);
}

#[test]
fn an_address_that_does_not_answer_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    assert_eq!(metadata::ask(listener.local_addr().unwrap(), None), None);
}

proptest! {
    #[test]
    fn any_answer_is_survived(answer in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = metadata::body(&answer);
    }
}
