//! Who lives in the lab: the people of both walk-throughs.

/// Behind the `@` of everybody's sign-in name.
pub(super) const DOMAIN: &str = "mydirectory.example";
/// The organisation's shown name.
pub(super) const TENANT: &str = "My Directory";
/// The group that can hold roles.
pub(super) const SECURITY_TEAM: &str = "Security team";

/// One person.
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) display_name: &'static str,
    pub(super) purpose: &'static str,
    pub(super) job_title: &'static str,
    /// Holds the guarded roles permanently.
    pub(super) administrator: bool,
    /// Kept for emergencies.
    pub(super) emergency: bool,
    /// Belongs to the security team.
    pub(super) security_team: bool,
    pub(super) manager: Option<&'static str>,
}

const NOBODY: Person = Person {
    name: "",
    display_name: "",
    purpose: "",
    job_title: "",
    administrator: false,
    emergency: false,
    security_team: false,
    manager: None,
};

pub(super) const PEOPLE: &[Person] = &[
    Person {
        name: "admin",
        display_name: "Alex Admin",
        purpose: "Administrator: gives and takes roles",
        job_title: "Identity administrator",
        administrator: true,
        ..NOBODY
    },
    Person {
        name: "demouser",
        display_name: "demouser",
        purpose: "Has no role yet: the person of lab 001",
        job_title: "Support engineer",
        manager: Some("anna.approver"),
        ..NOBODY
    },
    Person {
        name: "john.doe",
        display_name: "John Doe",
        purpose: "Has no role yet: the person of lab 002",
        job_title: "Collaboration engineer",
        manager: Some("anna.approver"),
        ..NOBODY
    },
    Person {
        name: "anna.approver",
        display_name: "Anna Approver",
        purpose: "Approver and John Doe's manager",
        job_title: "Head of operations",
        security_team: true,
        ..NOBODY
    },
    Person {
        name: "ben.approver",
        display_name: "Ben Approver",
        purpose: "Second approver",
        job_title: "Security engineer",
        security_team: true,
        ..NOBODY
    },
    Person {
        name: "emergency1",
        display_name: "Emergency access 1",
        purpose: "For emergencies: permanent Global Administrator",
        job_title: "",
        emergency: true,
        ..NOBODY
    },
    Person {
        name: "emergency2",
        display_name: "Emergency access 2",
        purpose: "For emergencies: permanent Global Administrator",
        job_title: "",
        emergency: true,
        ..NOBODY
    },
];
